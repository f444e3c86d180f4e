"""A code belongs to a version; value sets and maps between codes go, which nobody asked for."""

from __future__ import annotations

import django.db.models.deletion
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("terminology", "0002_versions")]

    operations = [
        migrations.DeleteModel("ConceptMap"),
        migrations.DeleteModel("ValueSet"),
        migrations.AlterModelOptions("concept", {"ordering": ["version", "position"]}),
        migrations.RemoveConstraint("concept", "terminology_concept_once"),
        migrations.RemoveField("concept", "system"),
        migrations.RemoveField("concept", "active"),
        migrations.AlterField(
            "concept",
            "version",
            models.ForeignKey(
                on_delete=django.db.models.deletion.CASCADE,
                related_name="concepts",
                to="terminology.codesystemversion",
            ),
        ),
        migrations.AddConstraint(
            "concept",
            models.UniqueConstraint(fields=("version", "code"), name="terminology_concept_once_a_version"),
        ),
        migrations.AddConstraint(
            "concept",
            models.CheckConstraint(
                condition=models.Q(
                    ("from_on__isnull", True),
                    ("until_on__isnull", True),
                    ("until_on__gt", models.F("from_on")),
                    _connector="OR",
                ),
                name="terminology_concept_lasts",
            ),
        ),
        migrations.RemoveField("codesystem", "basis"),
        migrations.AddField("codesystem", "of_districts", models.BooleanField(default=False)),
        migrations.AlterField(
            "codesystem", "standard", models.TextField(blank=True, help_text="without its year: GB/T 2261.1")
        ),
        migrations.AlterField("codesystem", "oid", models.TextField(blank=True)),
        migrations.AlterField("codesystem", "url", models.TextField(blank=True)),
    ]
