"""Lookups of codes and words."""

from __future__ import annotations

from dataclasses import dataclass

from django.db.models import Q
from django.utils.translation import get_language

from jinling.foundation.terminology.models import CodeSystem, Concept, ConceptMap, ValueSet
from jinling.foundation.terminology.rules import (
    CodeSystemUnknown,
    CodeUnknown,
    ConceptMapUnknown,
    NotMapped,
    ValueSetUnknown,
    chosen,
    listed,
)


@dataclass(frozen=True, slots=True)
class Choice:
    """A code and its word, for a form's list."""

    code: str
    display: str


def validate(code: str, value_set: str) -> bool:
    """Whether a value set holds an active code.

    Raises:
        ValueSetUnknown: there is no such value set.
    """
    held = _value_set(value_set)
    if held.include is not None and code not in held.include:
        return False
    return Concept.objects.filter(system=held.system_id, code=code, active=True).exists()


def codes(value_set: str) -> frozenset[str]:
    """All active codes of a value set, to check many values against.

    Raises:
        ValueSetUnknown: there is no such value set.
    """
    return frozenset(row.code for row in _expanded(value_set))


def choices(value_set: str, language: str | None = None) -> list[Choice]:
    """A value set's active codes with their words, in the system's order.

    Args:
        language: ``en`` or ``zh-hans``; None is the reader's.

    Raises:
        ValueSetUnknown: there is no such value set.
    """
    spoken = language or get_language() or ""
    return [Choice(row.code, chosen(row.display, row.display_en, spoken)) for row in _expanded(value_set)]


def display(code: str, system: str, language: str | None = None) -> str:
    """What a code is called, inactive codes included: old records use them.

    Args:
        system: the system's code, OID or URL.
        language: ``en`` or ``zh-hans``; None is the reader's. A missing word falls back to the other language.

    Raises:
        CodeSystemUnknown, CodeUnknown: no such system, or it does not hold the code.
    """
    held = code_system(system)
    row = Concept.objects.filter(system=held, code=code).first()
    if row is None:
        raise _unknown_code(held, code)
    return chosen(row.display, row.display_en, language or get_language() or "")


def translate(code: str, concept_map: str) -> str:
    """A code read in the target system of a map.

    Raises:
        ConceptMapUnknown: there is no such map.
        NotMapped: the map says nothing of the code.
    """
    row = ConceptMap.objects.filter(code=concept_map).first()
    if row is None:
        known = list(ConceptMap.objects.values_list("code", flat=True))
        raise ConceptMapUnknown(concept_map=concept_map[:60], choices=listed(known))
    if code not in row.mappings:
        raise NotMapped(concept_map=concept_map, value=code[:60])
    return str(row.mappings[code])


def code_system(name: str) -> CodeSystem:
    """The code system of that code, OID or URL.

    Raises:
        CodeSystemUnknown: there is none.
    """
    row = CodeSystem.objects.filter(Q(code=name) | Q(oid=name) | Q(url=name)).first() if name else None
    if row is None:
        raise CodeSystemUnknown(
            system=name[:60], choices=listed(list(CodeSystem.objects.values_list("code", flat=True)))
        )
    return row


def _value_set(name: str) -> ValueSet:
    row = ValueSet.objects.filter(code=name).first()
    if row is None:
        known = list(ValueSet.objects.values_list("code", flat=True))
        raise ValueSetUnknown(value_set=name[:60], choices=listed(known))
    return row


def _expanded(name: str) -> list[Concept]:
    held = _value_set(name)
    rows = Concept.objects.filter(system=held.system_id, active=True).order_by("position")
    return [row for row in rows if held.include is None or row.code in held.include]


def _unknown_code(system: CodeSystem, code: str) -> CodeUnknown:
    known = list(system.concepts.filter(active=True).order_by("position").values_list("code", flat=True))
    return CodeUnknown(system=system.code, value=code[:60], choices=listed(known))
