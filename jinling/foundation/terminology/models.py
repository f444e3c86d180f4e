"""Tables of terminology, after FHIR's CodeSystem. Nothing is deleted, and a version that stands is not changed."""

from __future__ import annotations

from django.db import models


class CodeSystem(models.Model):
    """Codes that have one meaning each. ``of_districts`` is the one whose codes the city's districts carry."""

    code = models.TextField(unique=True)
    name = models.TextField()
    name_en = models.TextField()
    standard = models.TextField(blank=True, help_text="without its year: GB/T 2261.1")
    oid = models.TextField(blank=True)
    url = models.TextField(blank=True)
    of_districts = models.BooleanField(default=False)

    class Meta:
        ordering = ["code"]

    def __str__(self) -> str:
        return self.code


class CodeSystemVersion(models.Model):
    """The list of a system's codes in force from a day. ``basis``: seen, partly or recalled, how sure it is."""

    system = models.ForeignKey(CodeSystem, on_delete=models.CASCADE, related_name="versions")
    version = models.TextField()
    from_on = models.DateField(null=True, help_text="null is since ever")
    basis = models.TextField()
    source = models.TextField(blank=True, help_text="where the codes were read")
    digest = models.TextField(help_text="SHA-256 of the codes: a list that differs is another version")
    recorded_at = models.DateTimeField()

    class Meta:
        ordering = ["system", models.F("from_on").asc(nulls_first=True), "pk"]
        constraints = [models.UniqueConstraint(fields=["system", "version"], name="terminology_version_once")]

    def __str__(self) -> str:
        return self.version


class Concept(models.Model):
    """A code of a version and what it is called, from a day on and until another (exclusive); null is open."""

    version = models.ForeignKey(CodeSystemVersion, on_delete=models.CASCADE, related_name="concepts")
    code = models.TextField()
    display = models.TextField()
    display_en = models.TextField(blank=True)
    position = models.PositiveIntegerField()
    from_on = models.DateField(null=True)
    until_on = models.DateField(null=True)
    replaced_by = models.JSONField(default=list, help_text="codes of the system that hold its meaning afterwards")

    class Meta:
        ordering = ["version", "position"]
        constraints = [
            models.UniqueConstraint(fields=["version", "code"], name="terminology_concept_once_a_version"),
            models.CheckConstraint(
                name="terminology_concept_lasts",
                condition=(
                    models.Q(from_on__isnull=True)
                    | models.Q(until_on__isnull=True)
                    | models.Q(until_on__gt=models.F("from_on"))
                ),
            ),
        ]

    def __str__(self) -> str:
        return self.display
