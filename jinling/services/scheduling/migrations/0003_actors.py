"""Actors are kept as kind/id everywhere; here they were kind:id. An id may hold either sign: only the one after the
kind is changed."""

from django.db import migrations, models

FORWARDS = """
UPDATE scheduling_appointment SET booked_by = regexp_replace(booked_by, '^(account|client|device|system):', '\\1/')
 WHERE booked_by ~ '^(account|client|device|system):';
UPDATE scheduling_drawticket SET asked_by = regexp_replace(asked_by, '^(account|client|device|system):', '\\1/')
 WHERE asked_by ~ '^(account|client|device|system):';
UPDATE scheduling_suspension SET lifted_by = regexp_replace(lifted_by, '^(account|client|device|system):', '\\1/')
 WHERE lifted_by ~ '^(account|client|device|system):';
"""


class Migration(migrations.Migration):

    dependencies = [("scheduling", "0002_by_person")]

    operations = [
        migrations.RunSQL(FORWARDS, FORWARDS.replace("system):", "system)/").replace("'\\1/'", "'\\1:'")),
        migrations.AlterField(
            "appointment", "booked_by", models.CharField(help_text="the actor: kind/id", max_length=60)
        ),
    ]
