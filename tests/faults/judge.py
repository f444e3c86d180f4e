"""How much of what was planted the checks find, and what they say of clean months."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any, Protocol

from jinling.kernel.outcomes import Refused
from tests.faults.months import Month, sequence
from tests.faults.plant import KINDS, Fault, faults
from tests.faults.scene import Document, canonical

SEEDS = range(5)
LENGTH = 24
REFUSED = "refused outright"


class Finding(Protocol):
    """What a check says of a month."""

    severity: Any
    rule: str
    table: str
    row: Any
    column: Any


class Examine(Protocol):
    """The examination of a month beside the months before it, the oldest first."""

    def __call__(self, document: Document, *, before: Sequence[Document]) -> Sequence[Any]:
        """The findings."""


@dataclass(frozen=True)
class Verdict:
    """A planted fault and the rules that found it; ``REFUSED`` where the file was not even read."""

    fault: Fault
    rules: tuple[str, ...]


class Judge:
    """Examines planted months. What is said of the clean month too does not count as found."""

    def __init__(self, examine: Examine, sequences: Sequence[Sequence[Month]] | None = None) -> None:
        """Make the clean months."""
        self.examine = examine
        self.sequences = sequences or [sequence(seed, LENGTH) for seed in SEEDS]
        self._said: dict[int, Sequence[Any]] = {}

    def clean(self) -> Iterable[tuple[Document, Sequence[Any]]]:
        """Every clean month with what is said of it."""
        for months in self.sequences:
            documents = [month.document for month in months]
            for at, document in enumerate(documents):
                yield document, self._of_clean(document, documents[:at])

    def verdicts(self, count: int, kinds: Iterable[str] = KINDS) -> list[Verdict]:
        """So many instances of each kind, judged."""
        return [self.verdict(fault) for kind in kinds for fault in faults(kind, count, self.sequences)]

    def verdict(self, fault: Fault) -> Verdict:
        """Which rules speak at the place of the fault."""
        try:
            findings = self.examine(fault.document, before=fault.before)
        except Refused:
            return Verdict(fault, (REFUSED,))
        usual = set(map(key, self._of_clean(fault.clean, fault.before)))
        there = [each for each in findings if key(each) not in usual and meets(fault, each)]
        return Verdict(fault, tuple(sorted({str(each.rule) for each in there})))

    def _of_clean(self, document: Document, before: Sequence[Document]) -> Sequence[Any]:
        if id(document) not in self._said:  # the sequences keep their months, so that none takes another's place
            self._said[id(document)] = self.examine(document, before=before)
        return self._said[id(document)]


def key(finding: Finding) -> tuple[str, ...]:
    """A finding by its rule and place."""
    return tuple(str(each) for each in (finding.rule, finding.table, finding.row, finding.column))


def meets(fault: Fault, finding: Finding) -> bool:
    """Whether a finding names the table, and the row or a column, of a fault; some are of a whole table or month."""
    place = fault.place
    if not place.table:
        return True
    if finding.table != place.table:
        return False
    if not place.rows and not place.columns:
        return True
    return canonical(str(finding.row)) in place.rows or str(finding.column) in place.columns


def recall(verdicts: Iterable[Verdict]) -> float:
    """The share found of what can be found."""
    told = [bool(each.rules) for each in verdicts if not each.fault.hidden]
    return sum(told) / max(1, len(told))


def by_kind(verdicts: Iterable[Verdict]) -> dict[str, list[Verdict]]:
    """The verdicts of each kind."""
    found: dict[str, list[Verdict]] = {}
    for each in verdicts:
        found.setdefault(each.fault.kind, []).append(each)
    return found


def table(verdicts: Sequence[Verdict]) -> str:
    """Found, missed and hidden by kind, with the rules that found most; at the end the hidden ones by reason."""
    lines = ["| kind | planted | hidden | findable | found | recall | found by |", "|---|---|---|---|---|---|---|"]
    for kind, those in [*by_kind(verdicts).items(), ("all", list(verdicts))]:
        hidden = sum(bool(each.fault.hidden) for each in those)
        found = sum(bool(each.rules) for each in those if not each.fault.hidden)
        rules = Counter(rule for each in those for rule in each.rules).most_common(3)
        said = ", ".join(f"{rule} {count}" for rule, count in rules)
        open_ = len(those) - hidden
        lines.append(f"| {kind} | {len(those)} | {hidden} | {open_} | {found} | {recall(those):.2f} | {said} |")
    reasons = Counter(each.fault.hidden for each in verdicts if each.fault.hidden)
    lines += ["", *(f"hidden, {reason}: {count}" for reason, count in reasons.most_common())]
    return "\n".join(lines)


def missed(verdicts: Iterable[Verdict]) -> list[Verdict]:
    """The faults that can be found and were not."""
    return [each for each in verdicts if not each.fault.hidden and not each.rules]


def lines(verdicts: Iterable[Verdict]) -> str:
    """Each with its kind, its place, and the rules that found it or why nobody can."""
    return "\n".join(
        f"{each.fault.kind}: {each.fault.clean['period']} {each.fault.place}"
        f"{', sums made after it' if each.fault.summed else ''}: "
        f"{', '.join(each.rules) or each.fault.hidden or 'missed'}"
        for each in verdicts
    )
