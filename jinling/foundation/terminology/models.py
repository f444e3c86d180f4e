"""Tables of terminology, after FHIR's resources of the same names."""

from __future__ import annotations

from django.db import models


class CodeSystem(models.Model):
    """A list of codes with one meaning each. ``basis``: seen, partly or recalled, how sure the codes are."""

    code = models.TextField(unique=True)
    name = models.TextField()
    name_en = models.TextField()
    standard = models.TextField(blank=True)
    oid = models.TextField(blank=True, db_index=True)
    url = models.TextField(blank=True, db_index=True)
    basis = models.TextField()

    class Meta:
        ordering = ["code"]

    def __str__(self) -> str:
        return self.code


class Concept(models.Model):
    """A code of a system and what it is called. Codes that a pack drops stay, inactive: old records use them."""

    system = models.ForeignKey(CodeSystem, on_delete=models.CASCADE, related_name="concepts")
    code = models.TextField()
    display = models.TextField()
    display_en = models.TextField(blank=True)
    position = models.PositiveIntegerField()
    active = models.BooleanField(default=True)

    class Meta:
        ordering = ["system", "position"]
        constraints = [models.UniqueConstraint(fields=["system", "code"], name="terminology_concept_once")]

    def __str__(self) -> str:
        return self.display


class ValueSet(models.Model):
    """The codes that a field may hold: a whole system, or those that ``include`` names."""

    code = models.TextField(unique=True)
    name = models.TextField()
    name_en = models.TextField()
    system = models.ForeignKey(CodeSystem, on_delete=models.CASCADE, related_name="value_sets")
    include = models.JSONField(null=True, help_text="codes; null is the whole system")

    class Meta:
        ordering = ["code"]

    def __str__(self) -> str:
        return self.code


class ConceptMap(models.Model):
    """How the codes of one system read in another."""

    code = models.TextField(unique=True)
    source = models.ForeignKey(CodeSystem, on_delete=models.CASCADE, related_name="+")
    target = models.ForeignKey(CodeSystem, on_delete=models.CASCADE, related_name="+")
    mappings = models.JSONField(help_text="{source code: target code}")

    class Meta:
        ordering = ["code"]

    def __str__(self) -> str:
        return self.code
