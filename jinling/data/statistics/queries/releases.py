"""Releases of months: what was published, what waits for its second person, what a recount would change."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterator, Mapping
from dataclasses import replace
from typing import Any

from django.db.models import QuerySet
from django.utils import timezone

from jinling.data.statistics.models import Release
from jinling.data.statistics.queries import stored
from jinling.data.statistics.queries.figures import dimensions
from jinling.data.statistics.rules.bulletins import Bulletin, Edition
from jinling.data.statistics.rules.refusals import ReleaseForged, ReleaseUnknown
from jinling.data.statistics.rules.releases import Change
from jinling.kernel.periods import Period


def approved(period: Period) -> QuerySet[Release]:
    """Editions of a month that were released, latest first."""
    return Release.objects.filter(period=str(period), state=Release.State.APPROVED).order_by("-version")


def released(period: Period, version: int | None = None) -> Bulletin | None:
    """A month as it was released, in its latest edition or a certain one; None where it never was.

    Raises:
        ReleaseUnknown: there is no such edition.
    """
    editions = approved(period)
    chosen = (editions if version is None else editions.filter(version=version)).first()
    if chosen is None:
        if version is not None:
            raise ReleaseUnknown(where=str(period), period=str(period), version=version)
        return None
    return bulletin_of(chosen)


def editions_of_all() -> Iterator[Release]:
    """Every edition of every month, one after another."""
    rows = Release.objects.filter(state=Release.State.APPROVED).order_by("period", "version")
    return rows.iterator(chunk_size=1)


def ensure_as_prepared(row: Release) -> None:
    """Hold an edition to the digest of what its approver saw.

    Raises:
        ReleaseForged: it prints something else.
    """
    if digest(row.document, row.directory) != row.digest:
        raise ReleaseForged(where=str(row), period=row.period, version=row.version)


def bulletin_of(row: Release) -> Bulletin:
    """What a release prints; one that waits for its second person is no edition yet."""
    found = stored.bulletin_of(row.document)
    if row.state != Release.State.APPROVED or row.judged_at is None:
        return found
    began = approved(Period(row.period)).values_list("judged_at", flat=True).last()
    edition = Edition(row.version, row.reason, row.cut_off, row.judged_at, len(row.changes), timezone.localdate(began))
    return replace(found, edition=edition)


def editions(period: Period) -> list[Release]:
    """A month's editions, latest first, without what they print."""
    return list(approved(period).defer("document", "directory"))


def waiting(period: Period) -> Release | None:
    """What was prepared of a month and waits for its second person."""
    return Release.objects.filter(period=str(period), state=Release.State.PREPARED).first()


def periods() -> set[str]:
    """Months that were released."""
    return set(Release.objects.filter(state=Release.State.APPROVED).values_list("period", flat=True))


def waiting_periods() -> set[str]:
    """Months of which something waits for its second person."""
    return set(Release.objects.filter(state=Release.State.PREPARED).values_list("period", flat=True))


def changes(row: Release) -> list[Change]:
    """The cells that a revision changed."""
    return [Change(**change) for change in row.changes]


def directory_on(period: Period) -> dict[str, list[dict[str, Any]]]:
    """Everything of which figures are counted as it was at a month's end, by dimension."""
    return {
        name: [
            {"code": one.code, "name": one.name, "name_en": one.name_en, "groups": dict(one.groups)}
            for one in dimension.members(period.last)
        ]
        for name, dimension in sorted(dimensions().items())
    }


def digest(document: Mapping[str, Any], directory: Mapping[str, Any]) -> str:
    """SHA-256 over what a release prints and what it was counted of, in hex."""
    text = json.dumps([document, directory], sort_keys=True, ensure_ascii=False, separators=(",", ":"))
    return hashlib.sha256(text.encode()).hexdigest()
