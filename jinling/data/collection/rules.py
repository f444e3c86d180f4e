"""Decisions of collection over plain values, and its refusals."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Mapping
from dataclasses import dataclass

from jinling.kernel.outcomes import Conflict, Denied, NotFound, Refused

FINAL = ("stored", "refused")
NEXT: Mapping[str, tuple[str, ...]] = {
    "received": ("parsed", "refused"),
    "parsed": ("checked", "refused"),
    "checked": ("stored", "refused"),
    "stored": (),
    "refused": (),
}


class SubmissionUnknown(NotFound):
    """No submission of that id, or none that the asker may see."""

    code = "submission_unknown"
    text = "There is no such submission."


class SubmissionBusy(Conflict):
    """Another process works on the same file at this moment."""

    code = "submission_busy"
    text = "The file is being worked on already."
    mend = "Ask for the submission's state in a moment."


class NotYours(Denied):
    """Someone sends or reads for an institution that is not theirs."""

    code = "not_your_institution"
    text = "You may act for your own institution only."


class FileNotThere(Refused):
    """The named file cannot be read."""

    code = "file_not_there"
    text = "The file cannot be read: %(reason)s."
    mend = "Check the path and whether you may read it."


@dataclass(frozen=True, slots=True)
class Outcome:
    """What became of one file, as every face tells it. ``repeated``: the same file had come before."""

    submission: str
    file: str
    data_set: str
    organization: str
    state: str
    received: int
    accepted: int
    rejected: int
    rejected_by_rule: Mapping[str, int]
    duplicates: int
    corrections: int
    repeated: bool
    refusal: Mapping[str, object] | None = None


def may_follow(state: str, after: str) -> bool:
    """Whether a submission may go from one state to another."""
    return after in NEXT[state]


def safe_name(name: str) -> str:
    """A file's name as it is kept: its last part, without control and direction characters, at most 120 long."""
    last = re.split(r"[/\\]", name)[-1]
    plain = "".join(letter for letter in last if unicodedata.category(letter) not in ("Cc", "Cf", "Cs", "Co"))
    return plain.strip(". ")[:120] or "file"


def by_rule(findings: Mapping[tuple[str, str], int]) -> dict[str, int]:
    """Findings by (rule, column) as ``rule:column`` to count, most frequent first."""
    named = {f"{rule}:{column}" if column else rule: rows for (rule, column), rows in findings.items()}
    return dict(sorted(named.items(), key=lambda pair: (-pair[1], pair[0])))
