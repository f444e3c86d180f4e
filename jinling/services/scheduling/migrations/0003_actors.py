"""Actors are kept as kind/id everywhere; here they were kind:id."""

from django.db import migrations, models

KEPT = (
    ("scheduling_appointment", "booked_by"),
    ("scheduling_drawticket", "asked_by"),
    ("scheduling_suspension", "lifted_by"),
)


def rewrite(old: str, new: str) -> str:
    """One statement per column; an id may hold either sign, so only the one after the kind is changed."""
    return "; ".join(
        f"UPDATE {table} SET {column} = regexp_replace({column}, '^(account|client|device|system){old}', '\\1{new}')"
        f" WHERE {column} ~ '^(account|client|device|system){old}'"
        for table, column in KEPT
    )


class Migration(migrations.Migration):

    dependencies = [("scheduling", "0002_by_person")]

    operations = [
        migrations.RunSQL(rewrite(":", "/"), rewrite("/", ":")),
        migrations.AlterField(
            "appointment", "booked_by", models.CharField(help_text="the actor: kind/id", max_length=60)
        ),
    ]
