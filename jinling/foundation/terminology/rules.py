"""How terminology says no, and which word is shown."""

from __future__ import annotations

from jinling.kernel.outcomes import NotFound


class CodeSystemUnknown(NotFound):
    """There is no such code system."""

    code = "code_system_unknown"
    text = "No code system is named %(system)s."
    mend = "Name one of: %(choices)s."


class CodeUnknown(NotFound):
    """The system does not hold the code."""

    code = "code_unknown"
    text = "%(system)s has no code %(value)s."
    mend = "Use one of its codes: %(choices)s."


class ValueSetUnknown(NotFound):
    """There is no such value set."""

    code = "value_set_unknown"
    text = "No value set is named %(value_set)s."
    mend = "Name one of: %(choices)s."


class ConceptMapUnknown(NotFound):
    """There is no map between the two."""

    code = "concept_map_unknown"
    text = "No concept map is named %(concept_map)s."
    mend = "Name one of: %(choices)s."


class NotMapped(NotFound):
    """The map says nothing of a code."""

    code = "not_mapped"
    text = "%(concept_map)s says nothing of the code %(value)s."
    mend = "Correct the code, or add it to the map in the city pack."


MANY = 20


def listed(choices: list[str]) -> str:
    """Choices for a refusal: the first ones where there are many."""
    return ", ".join(choices[:MANY]) + (", …" if len(choices) > MANY else "") or "-"


def chosen(display: str, display_en: str, language: str) -> str:
    """The word for a language (``en``, ``zh-hans``); the other one where it is missing."""
    return (display_en or display) if language.lower().startswith("en") else (display or display_en)
