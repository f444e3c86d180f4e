"""What held of institutions and districts on a day, as it is known now or was known at an instant.

The columns of an institution are what holds today; whoever tells of another day asks here. Every day from 1900 on has
an answer: before anybody knew an institution to change, and before it opened, stands what it was first called.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from django.db.models import FilteredRelation, Q, QuerySet

from jinling.foundation.directory.models import DistrictVersion, OrganizationVersion, Succession
from jinling.foundation.directory.rules.timeline import Piece, Source, Timeline, Told

# What changes in time, as the columns of an institution and of a district hold it.
FACTS = ("name", "name_en", "kind", "ownership", "level", "district_id", "part_of_id", "active")
DISTRICT_FACTS = ("name", "name_en", "short_name")


@dataclass(frozen=True, slots=True)
class OrganizationOn:
    """An institution as it was on a day. ``district`` and ``part_of`` are keys; ``active``: whether it was open."""

    pk: int
    code: str
    name: str
    name_en: str
    kind: str
    ownership: str
    level: str
    district: int | None
    part_of: int | None
    active: bool


@dataclass(frozen=True, slots=True)
class DistrictOn:
    """A district as it was called on a day."""

    pk: int
    code: str
    name: str
    name_en: str
    short_name: str


def as_of(on: date, *, known: datetime | None = None, ids: Collection[int] | None = None) -> dict[int, OrganizationOn]:
    """Institutions as they were on a day, by id, in print order.

    Args:
        known: as it was known at an instant, so that what was printed then can be explained; left out, as it is
            known now. Those that nobody knew at that instant are left out.
        ids: only these.
    """
    rows = _holding(OrganizationVersion.objects.all(), on, known)
    if ids is not None:
        rows = rows.filter(organization__in=ids)
    found = rows.order_by("organization__position", "organization__code")
    return {row[0]: OrganizationOn(*row) for row in found.values_list("organization_id", "organization__code", *FACTS)}


def districts_as_of(on: date, *, known: datetime | None = None) -> dict[int, DistrictOn]:
    """Districts as they were called on a day, by id, in print order; ``known`` as in ``as_of``."""
    rows = _holding(DistrictVersion.objects.all(), on, known).order_by("district__position", "district__code")
    return {row[0]: DistrictOn(*row) for row in rows.values_list("district_id", "district__code", *DISTRICT_FACTS)}


def in_force(on: date, *, through: str = "organization") -> FilteredRelation:
    """What joins an institution's version of a day to rows that belong to it: ``annotate(version=in_force(day))``.

    Rows are then counted by ``version__district`` or ``version__ownership`` as of that day, each once, whatever changed
    since.

    Args:
        through: the rows' key of the institution.
    """
    of = f"{through}__versions"
    ended = Q(**{f"{of}__until_on": None}) | Q(**{f"{of}__until_on__gt": on})
    return FilteredRelation(of, condition=Q(**{f"{of}__superseded_at": None, f"{of}__from_on__lte": on}) & ended)


def places(organization: int) -> dict[date, int | None]:
    """From which days on an institution lay in which district (its id)."""
    rows = OrganizationVersion.objects.filter(superseded_at=None, organization=organization).order_by("from_on")
    return dict(rows.values_list("from_on", "district_id"))


def timelines(ids: Iterable[int] | None = None) -> dict[int, Timeline]:
    """What is believed now of institutions, by id, in order of time."""
    return _timelines(OrganizationVersion.objects.all(), "organization", FACTS, ids)


def district_timelines(ids: Iterable[int] | None = None) -> dict[int, Timeline]:
    """What is believed now of districts, by id, in order of time."""
    return _timelines(DistrictVersion.objects.all(), "district", DISTRICT_FACTS, ids)


def history(organization: int) -> list[OrganizationVersion]:
    """Everything that was ever believed of an institution, what was given up too: the latest days first."""
    rows = OrganizationVersion.objects.filter(organization=organization).select_related("district", "part_of")
    return list(rows.order_by("-from_on", "-recorded_at", "-id"))


def successions(organization: int) -> list[Succession]:
    """What an institution took over, and who took over from it, in order of time."""
    rows = Succession.objects.filter(superseded_at=None).select_related("predecessor", "successor")
    return list(rows.filter(Q(predecessor=organization) | Q(successor=organization)))


def passages() -> list[tuple[int, int]]:
    """``(predecessor, successor)`` of every succession that is believed."""
    return list(Succession.objects.filter(superseded_at=None).values_list("predecessor_id", "successor_id"))


def former_names(organizations: Iterable[int]) -> dict[int, set[str]]:
    """Every name that institutions have, had or will have, in both languages, by id."""
    rows = OrganizationVersion.objects.filter(superseded_at=None, organization__in=organizations)
    found: dict[int, set[str]] = {}
    for pk, name, name_en in rows.order_by("organization", "from_on").values_list("organization_id", "name", "name_en"):
        found.setdefault(pk, set()).update((name, name_en))
    return found


def district_once_called(name: str) -> int | None:
    """The one district that has, had or will have a name; None where there is none, or several had it."""
    rows = DistrictVersion.objects.filter(Q(name=name) | Q(short_name=name), superseded_at=None).exclude(name="")
    found = set(rows.values_list("district_id", flat=True))
    return found.pop() if len(found) == 1 else None


def _holding(rows: QuerySet[Any], on: date, known: datetime | None) -> QuerySet[Any]:
    held = rows.filter(Q(until_on=None) | Q(until_on__gt=on), from_on__lte=on)
    if known is None:
        return held.filter(superseded_at=None)
    return held.filter(Q(superseded_at=None) | Q(superseded_at__gt=known), recorded_at__lte=known)


def _timelines(
    rows: QuerySet[Any], owner: str, names: Collection[str], ids: Iterable[int] | None
) -> dict[int, Timeline]:
    found = rows.filter(superseded_at=None)
    if ids is not None:
        found = found.filter(**{f"{owner}__in": list(ids)})
    pieces: dict[int, list[Piece]] = {}
    told = ("source", "by", "reason")
    for row in found.order_by(owner, "from_on").values(f"{owner}_id", "from_on", "until_on", *told, *names):
        pieces.setdefault(row[f"{owner}_id"], []).append(_piece(row, names))
    return {pk: tuple(timeline) for pk, timeline in pieces.items()}


def _piece(row: Mapping[str, Any], names: Collection[str]) -> Piece:
    told = Told(Source(row["source"]), row["by"], row["reason"])
    return Piece(row["from_on"], row["until_on"], {name: row[name] for name in names}, told)
