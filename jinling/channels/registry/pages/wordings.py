"""How facts of institutions and changes of them are said to people."""

from __future__ import annotations

from typing import Any

from django.utils.translation import gettext as _, gettext_lazy

from jinling.foundation.directory import public as directory

STEPS: dict[directory.Step, Any] = {
    directory.Step.RENAME: gettext_lazy("Rename"),
    directory.Step.MOVE: gettext_lazy("Move to another district"),
    directory.Step.REOWN: gettext_lazy("Change the owner"),
    directory.Step.MERGE: gettext_lazy("Merge others into it"),
    directory.Step.SPLIT: gettext_lazy("Split"),
    directory.Step.SUCCEED: gettext_lazy("Let another one take over"),
    directory.Step.CLOSE: gettext_lazy("Close"),
    directory.Step.REOPEN: gettext_lazy("Open again"),
    directory.Step.CORRECT: gettext_lazy("Correct the past"),
}
FACTS: dict[str, Any] = {
    "name": gettext_lazy("Name of the institution"),
    "name_en": gettext_lazy("English name"),
    "kind": gettext_lazy("Kind of institution"),
    "ownership": gettext_lazy("Ownership"),
    "level": gettext_lazy("Level of care"),
    "district": gettext_lazy("District"),
    "part_of": gettext_lazy("Part of"),
    "active": gettext_lazy("State"),
}
PASSAGES = {
    directory.Passage.MERGED: gettext_lazy("merged into it"),
    directory.Passage.SPLIT: gettext_lazy("split off"),
    directory.Passage.SUCCEEDED: gettext_lazy("took over"),
}
CHOICES: dict[str, Any] = {"kind": directory.Kind, "ownership": directory.Ownership, "level": directory.Level}


def said(fact: str, value: Any) -> str:
    """A value of a fact in the reader's language; nothing is a dash."""
    if fact == "active":
        return _("open") if value in (True, "True") else _("closed")
    if value and fact in CHOICES:
        return str(CHOICES[fact](value).label)
    return str(value) if value else "—"
