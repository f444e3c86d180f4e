"""How rules, refusals, groups and values of collection are said to people."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from typing import Any

from django.utils.translation import gettext, gettext_noop as _

from jinling.data.collection.models import Deployment, Submission
from jinling.data.collection.queries.files import File
from jinling.engine.intake.refusals import FileRefused
from jinling.engine.spec import Column, DataSet
from jinling.kernel.identifiers import mask
from jinling.web.components import Problem, told

RULES: Mapping[str, str] = {
    "required": _("Required cell empty"),
    "length": _("Too long"),
    "format": _("Wrong format"),
    "damaged": _("Damaged by a spreadsheet"),
    "values": _("Not in the value set"),
    "pattern": _("Wrong pattern"),
    "range": _("Out of range"),
    "date_range": _("Impossible date"),
    "check_digit": _("Wrong check digit"),
    "institution": _("Another institution's row"),
    "order": _("Dates in wrong order"),
    "greater": _("Not above the other value"),
    "at_most": _("Above the other value"),
    "within": _("Total below its parts"),
    "product": _("Price times quantity differs"),
    "together": _("Second cell missing"),
    "required_when": _("Cell missing for this code"),
    "differ": _("Two values equal"),
    "id_birth": _("Citizen number against birth date"),
    "id_sex": _("Citizen number against sex"),
    "identity": _("No valid citizen number"),
    "key_conflict": _("One key, several rows"),
    "row_fields": _("Wrong number of cells"),
    "row_encoding": _("Mixed encodings"),
    "row_quotes": _("Quotation mark open"),
    "row_json": _("No plain JSON object"),
}
GROUPS: Mapping[str, str] = {
    "outpatient": _("Outpatient care"),
    "inpatient": _("Inpatient care"),
    "inpatient_record": _("Inpatient records"),
    "chronic_disease": _("Chronic diseases"),
    "dictionary": _("Dictionaries"),
    "examination": _("Examinations"),
    "laboratory": _("Laboratory"),
    "maternal_child": _("Mother and child"),
    "operations": _("Operations"),
    "blood": _("Blood"),
    "health_record": _("Health records"),
    "vaccination": _("Vaccination"),
    "person": _("Persons"),
    "imaging": _("Imaging"),
}
# WS 363 elements of a birth date; the year alone is shown of one.
BIRTH = ("DE02.01.005",)
LONG_NUMBER = re.compile(r"[0-9]{7,}")
MOST_SHOWN = 24  # characters of a value


def rule_name(rule: str) -> str:
    """A rule in words; what is not known by name is called by its code."""
    code = rule.partition("(")[0]
    return gettext(RULES[code]) if code in RULES else code


def group_name(group: str) -> str:
    """A group of data sets in words."""
    return gettext(GROUPS[group]) if group in GROUPS else group


def deployment_kinds() -> dict[str, str]:
    """What is deployed at workstations: kinds in words, in the order in which they are shown."""
    return {kind.value: str(kind.label) for kind in Deployment.Kind}


def column_name(data_set: DataSet, column: str) -> str:
    """A column's title and name; of several, each one's."""
    named = [
        f"{data_set.by_name[one].title} ({one})" if one in data_set.by_name else one for one in column.split(",") if one
    ]
    return ", ".join(named)


def shown_value(column: Column | None, value: str | None) -> str:
    """A rejected value as a screen shows it: codes, numbers and dates as they are, everything else masked.

    What a column is declared to hold does not say what stands in a wrong cell: shifted columns bring a name under a
    code. So a long number is masked wherever it stands, and a text of letters is shown in no column.
    """
    if value is None or value == "":
        return gettext("(empty)")
    if column is None:
        return mask(value[:MOST_SHOWN])
    coded = bool(column.values) or column.format.kind != "text"
    if not coded or column.check or column.element.startswith(BIRTH) or column.name.endswith("CSRQ"):
        return mask(value[:MOST_SHOWN])
    plain = value.isascii() and (column.format.kind in ("day", "instant") or not LONG_NUMBER.search(value))
    return value[:MOST_SHOWN] if plain and len(value) <= MOST_SHOWN else mask(value[:MOST_SHOWN])


def refusal_of(one: Submission | File) -> Problem | None:
    """Why a file was refused as a whole, in the reader's language; None for one that was not."""
    if not one.refusal:
        return None
    kinds = {kind.code: kind for kind in _kinds(FileRefused)}
    kind = kinds.get(str(one.refusal.get("code", "")), FileRefused)
    fields: Mapping[str, Any] = one.refusal.get("fields") or {}
    return told(kind(where=one.file_name, **fields))


def _kinds(kind: type[FileRefused]) -> Iterator[type[FileRefused]]:
    yield kind
    for below in kind.__subclasses__():
        yield from _kinds(below)
