"""Versions of code systems; what stood before there were any becomes the first one of each, under a name of its own."""

from __future__ import annotations

from typing import Any

import django.db.models.deletion
from django.db import migrations, models
from django.utils import timezone

BEFORE = "unversioned"


def first_versions(apps: Any, schema_editor: Any) -> None:
    """Every code moves into its system's first version; one that a later pack had dropped ends today at the latest."""
    system, version, concept = (
        apps.get_model("terminology", name) for name in ("CodeSystem", "CodeSystemVersion", "Concept")
    )
    now = timezone.now()
    for row in system.objects.all():
        first = version.objects.create(system=row, version=BEFORE, basis=row.basis, digest="", recorded_at=now)
        concept.objects.filter(system=row).update(version=first)
    concept.objects.filter(active=False).update(until_on=timezone.localdate(now))


class Migration(migrations.Migration):
    dependencies = [("terminology", "0001_initial")]

    operations = [
        migrations.CreateModel(
            name="CodeSystemVersion",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("version", models.TextField()),
                ("from_on", models.DateField(help_text="null is since ever", null=True)),
                ("basis", models.TextField()),
                ("source", models.TextField(blank=True, help_text="where the codes were read")),
                ("digest", models.TextField(help_text="SHA-256 of the codes: a list that differs is another version")),
                ("recorded_at", models.DateTimeField()),
                (
                    "system",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="versions",
                        to="terminology.codesystem",
                    ),
                ),
            ],
            options={
                "ordering": ["system", models.OrderBy(models.F("from_on"), nulls_first=True), "pk"],
                "constraints": [models.UniqueConstraint(fields=("system", "version"), name="terminology_version_once")],
            },
        ),
        migrations.AddField("concept", "from_on", models.DateField(null=True)),
        migrations.AddField("concept", "until_on", models.DateField(null=True)),
        migrations.AddField(
            "concept",
            "replaced_by",
            models.JSONField(default=list, help_text="codes of the system that hold its meaning afterwards"),
        ),
        migrations.AddField(
            "concept",
            "version",
            models.ForeignKey(
                null=True,
                on_delete=django.db.models.deletion.CASCADE,
                related_name="concepts",
                to="terminology.codesystemversion",
            ),
        ),
        migrations.RunPython(first_versions, migrations.RunPython.noop),
    ]
