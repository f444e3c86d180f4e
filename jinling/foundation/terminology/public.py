"""The face of terminology."""

from jinling.foundation.terminology.models import CodeSystem, Concept, ConceptMap, ValueSet
from jinling.foundation.terminology.queries import Choice, choices, code_system, codes, display, translate, validate
from jinling.foundation.terminology.rules import (
    NotMapped,
    UnknownCode,
    UnknownCodeSystem,
    UnknownConceptMap,
    UnknownValueSet,
)

__all__ = [
    "Choice",
    "CodeSystem",
    "Concept",
    "ConceptMap",
    "NotMapped",
    "UnknownCode",
    "UnknownCodeSystem",
    "UnknownConceptMap",
    "UnknownValueSet",
    "ValueSet",
    "choices",
    "code_system",
    "codes",
    "display",
    "translate",
    "validate",
]
