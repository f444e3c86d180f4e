"""What a change of an institution comes to: worked out over what is believed, nothing written."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, timedelta
from typing import Any

from django.utils import timezone

from jinling.foundation.directory import queries
from jinling.foundation.directory.models import Kind, Level, Organization, Ownership
from jinling.foundation.directory.queries import versions
from jinling.foundation.directory.rules import (
    EARLIEST,
    BadEntry,
    ChangeEmpty,
    DayImpossible,
    OrganizationClosed,
    OrganizationOpen,
    PartCircular,
    PartsOpen,
    Passage,
    SpanImpossible,
    SuccessionCircular,
    Told,
)
from jinling.foundation.directory.rules.timeline import Timeline, at, changed, leads_back, within
from jinling.foundation.directory.usecases.keys import free, must_be_readable
from jinling.foundation.directory.values import Change, Step

AHEAD = timedelta(days=3660)  # further ahead nobody decides anything; a wrong century is caught


@dataclass(slots=True)
class Book:
    """All institutions and what is believed of them."""

    rows: dict[int, Organization]
    timelines: dict[int, Timeline]
    districts: dict[int, str]
    passages: list[tuple[int, int]]

    @classmethod
    def read(cls) -> Book:
        """Everything, as it is believed now."""
        rows = {row.pk: row for row in Organization.objects.all()}
        districts = {pk: one.name for pk, one in versions.districts_as_of(timezone.localdate()).items()}
        return cls(rows, versions.timelines(), districts, versions.passages())

    def named(self, pk: int) -> tuple[str, str]:
        """Code and name of today."""
        return self.rows[pk].code, self.rows[pk].name

    def said(self, fact: str, value: Any) -> str:
        """A value of a fact as people read it: districts and institutions by name, choices by code."""
        if value is None:
            return ""
        if fact == "district_id":
            return self.districts.get(value, "")
        if fact == "part_of_id":
            return self.rows[value].name
        return str(value)

    def parts(self, pk: int, on: date, until: date | None) -> list[int]:
        """Those that are open and part of it on a day of a span."""
        return [
            part
            for part, timeline in self.timelines.items()
            if any(p.facts["part_of_id"] == pk and p.facts["active"] for p in within(timeline, on, until))
        ]


@dataclass(slots=True)
class Plan:
    """What a change comes to: timelines by id, successions, further names by id."""

    book: Book
    row: Organization
    after: dict[int, Timeline] = field(default_factory=dict)
    successions: list[tuple[int, int, Passage]] = field(default_factory=list)
    names: dict[int, list[str]] = field(default_factory=dict)

    def timeline(self, pk: int) -> Timeline:
        """What will be believed of one."""
        return self.after.get(pk, self.book.timelines[pk])

    def set(
        self,
        pk: int,
        values: Mapping[str, Any],
        change: Change,
        told: Told,
        until: date | None = None,
        on: date | None = None,
    ) -> None:
        """Give one other values from the change's day on, or a later one."""
        self.after[pk] = changed(self.timeline(pk), values, told, on=on or change.on, until=until)


# -- what a change comes to ----------------------------------------------------------------


def planned(change: Change, *, told: Told, today: date) -> Plan:
    """What a change comes to, and nothing of it done; refuses what cannot be."""
    if not EARLIEST <= change.on <= today + AHEAD:
        raise DayImpossible(where="on", day=change.on, first=EARLIEST, last=today + AHEAD)
    if change.until is not None and change.until <= change.on:
        raise SpanImpossible(where="until", on=change.on, until=change.until)
    plan = Plan(Book.read(), queries.get(change.code))
    STEPS[change.step](plan, change, told)
    _not_circular(plan, change)
    _wholes_are_open(plan)
    plan.after = {pk: line for pk, line in plan.after.items() if line != plan.book.timelines[pk]}
    if not plan.after and not plan.successions:
        raise ChangeEmpty(where=change.step, organization=plan.row.name)
    _named(plan)
    return plan


def _given(plan: Plan, change: Change, told: Told) -> None:
    """Values from a day on, of what is open then."""
    _is_open(plan, plan.row.pk, change.on)
    plan.set(plan.row.pk, _values(change), change, told)


def _corrected(plan: Plan, change: Change, told: Told) -> None:
    """What was otherwise than it is believed; open or not."""
    plan.set(plan.row.pk, _values(change), change, told, until=change.until)


def _closed(plan: Plan, change: Change, told: Told) -> None:
    _is_open(plan, plan.row.pk, change.on)
    plan.set(plan.row.pk, {"active": False}, change, told)


def _reopened(plan: Plan, change: Change, told: Told) -> None:
    piece = at(plan.timeline(plan.row.pk), change.on)
    if piece.facts["active"]:
        raise OrganizationOpen(where="on", organization=plan.row.name, day=change.on)
    plan.set(plan.row.pk, {"active": True}, change, told)


def _merged(plan: Plan, change: Change, told: Told) -> None:
    """Others end, and what was part of them becomes part of it."""
    _is_open(plan, plan.row.pk, change.on)
    for code in _others(change):
        _take_over(plan, queries.get(code).pk, [plan.row.pk], Passage.MERGED, change, told)


def _split(plan: Plan, change: Change, told: Told) -> None:
    successors = [queries.get(code).pk for code in _others(change)]
    _take_over(plan, plan.row.pk, successors, Passage.SPLIT, change, told, closes=change.closes)


def _succeeded(plan: Plan, change: Change, told: Told) -> None:
    successors = [queries.get(code).pk for code in _others(change)]
    if len(successors) != 1:
        raise BadEntry(where="others", value=len(successors), field="others", choices="1")
    _take_over(plan, plan.row.pk, successors, Passage.SUCCEEDED, change, told)


STEPS: Mapping[Step, Callable[[Plan, Change, Told], None]] = {
    Step.RENAME: _given,
    Step.MOVE: _given,
    Step.REOWN: _given,
    Step.CLOSE: _closed,
    Step.REOPEN: _reopened,
    Step.MERGE: _merged,
    Step.SPLIT: _split,
    Step.SUCCEED: _succeeded,
    Step.CORRECT: _corrected,
}
# What each step may give a value to.
GIVEN: Mapping[Step, tuple[str, ...]] = {
    Step.RENAME: ("name", "name_en"),
    Step.MOVE: ("district", "part_of"),
    Step.REOWN: ("ownership",),
    Step.CORRECT: ("name", "name_en", "kind", "ownership", "level", "district", "part_of", "active"),
}
CHOICES: Mapping[str, Sequence[Any]] = {
    "kind": Kind.values,
    "ownership": Ownership.values,
    "level": ["", *Level.values],
    "active": [True, False],
}


def _take_over(
    plan: Plan,
    predecessor: int,
    successors: Sequence[int],
    kind: Passage,
    change: Change,
    told: Told,
    *,
    closes: bool = True,
) -> None:
    _is_open(plan, predecessor, change.on)
    for successor in successors:
        edges = [*plan.book.passages, *((one, other) for one, other, _kind in plan.successions)]
        if leads_back(edges, successor, predecessor) or (predecessor, successor) in edges:
            rows = plan.book.rows
            raise SuccessionCircular(where="others", predecessor=rows[predecessor].name, successor=rows[successor].name)
        _is_open(plan, successor, change.on)
        plan.successions.append((predecessor, successor, kind))
    if closes:
        for part in plan.book.parts(predecessor, change.on, None):
            whole = successors[0] if part not in successors else None
            # It may join later, leave again or come back: those spans alone, and what it was between them stays.
            for piece in within(plan.timeline(part), change.on, None):
                if piece.facts["part_of_id"] == predecessor:
                    plan.set(part, {"part_of_id": whole}, change, told, piece.until_on, max(piece.from_on, change.on))
        plan.set(predecessor, {"active": False}, change, told)


def _others(change: Change) -> list[str]:
    found = list(dict.fromkeys(change.others))
    if not found:
        raise BadEntry(where="others", value="", field="others", choices="code")
    return found


def _values(change: Change) -> dict[str, Any]:
    """The values of a change as they stand in versions, each one that an institution can have."""
    allowed = GIVEN[change.step]
    values: dict[str, Any] = {}
    for name, value in change.values.items():
        if name not in allowed:
            raise BadEntry(where=name, value=repr(value), field=name, choices=", ".join(allowed))
        if name in CHOICES and value not in CHOICES[name]:
            raise BadEntry(
                where=name, value=repr(value), field=name, choices=", ".join(str(c) for c in CHOICES[name] if c != "")
            )
        if name in ("name", "name_en"):
            must_be_readable(**{name: value})
        if name == "district":
            values["district_id"] = queries.district(value).pk if value else None
        elif name == "part_of":
            values["part_of_id"] = queries.get(value).pk if value else None
        else:
            values[name] = value
    return values


def _is_open(plan: Plan, pk: int, on: date) -> None:
    if not at(plan.timeline(pk), on).facts["active"]:
        raise OrganizationClosed(where="on", organization=plan.book.rows[pk].name, day=on)


def _wholes_are_open(plan: Plan) -> None:
    """Refuse what leaves an open part with a closed whole on any day on which it had none before."""
    before, after = plan.book.timelines, {**plan.book.timelines, **plan.after}
    rows = plan.book.rows
    for part, timeline in after.items():
        for whole in {piece.facts["part_of_id"] for piece in timeline} - {None}:
            if part not in plan.after and whole not in plan.after:
                continue
            for day in sorted({p.from_on for lines in (before, after) for pk in (part, whole) for p in lines[pk]}):
                had = _is_part(before, part, whole, day)
                closed = not at(before[whole], day).facts["active"]
                if not _is_part(after, part, whole, day) or at(after[whole], day).facts["active"] or (had and closed):
                    continue
                if had:
                    raise PartsOpen(where="on", organization=rows[whole].name, parts=_parts(after, whole, day, rows))
                raise OrganizationClosed(where="on", organization=rows[whole].name, day=day)


def _is_part(lines: Mapping[int, Timeline], part: int, whole: int, day: date) -> bool:
    facts = at(lines[part], day).facts
    return bool(facts["active"] and facts["part_of_id"] == whole)


def _parts(lines: Mapping[int, Timeline], whole: int, day: date, rows: Mapping[int, Organization]) -> str:
    return ", ".join(rows[part].name for part in lines if _is_part(lines, part, whole, day))


def _not_circular(plan: Plan, change: Change) -> None:
    """Refuse a whole that leads back, on any day from the change on."""
    for pk, timeline in plan.after.items():
        days = {change.on} | {p.from_on for one in plan.book.timelines for p in plan.timeline(one)}
        for day in sorted(day for day in days if day >= change.on):
            whole, seen = at(timeline, day).facts["part_of_id"], {pk}
            while whole is not None:
                if whole in seen:
                    rows = plan.book.rows
                    raise PartCircular(where="part_of", organization=rows[pk].name, whole=rows[whole].name)
                seen.add(whole)
                whole = at(plan.timeline(whole), day).facts["part_of_id"]


def _named(plan: Plan) -> None:
    """Names that are new: nobody else may have them, on whatever day."""
    for pk, timeline in plan.after.items():
        had = {p.facts[name] for p in plan.book.timelines[pk] for name in ("name", "name_en")}
        new = list(dict.fromkeys(p.facts[n] for p in timeline for n in ("name", "name_en") if p.facts[n] not in had))
        free(new, owner=plan.book.rows[pk])
        if new:
            plan.names[pk] = new
