"""What cards contribute to the bulletin, counted from cards issued."""

from __future__ import annotations

from typing import Any

from django.utils import timezone
from django.utils.translation import gettext_noop as _

from jinling.foundation.directory import public as directory
from jinling.kernel.periods import Period
from jinling.kernel.sockets import BulletinTable, Indicator, TableResult
from jinling.services.cards.queries import issued_between, issued_by_organization


def cards_by_organization(period: Period) -> dict[tuple[Any, ...], int]:
    """Cards issued within the period by (organisation id,)."""
    zone = timezone.get_default_timezone()
    return {(issuer,): n for issuer, n in issued_by_organization(period.start(zone), period.end(zone)).items()}


def cards_issued(period: Period) -> TableResult:
    """Institutions that issued cards in the period, most first; ties in the directory's order."""
    counts = cards_by_organization(period)
    rows = sorted(
        (
            (organization.position, organization.name, counts[organization.pk,])
            for organization in directory.Organization.objects.filter(pk__in=[issuer for (issuer,) in counts])
        ),
        key=lambda row: (-row[2], row[0], row[1]),
    )
    body = [[no, name, cards] for no, (_position, name, cards) in enumerate(rows, 1)]
    return TableResult(
        ["no", "organization", "cards"], body, ["", "", sum(row[2] for row in body)], _cumulative(period)
    )


def _cumulative(period: Period) -> int | None:
    """The pack's opening balance and every card since, up to the period's end; None before the opening."""
    tables = directory.current_pack().section("bulletin")
    layout: dict[str, Any] = next((table for table in tables["tables"] if table["name"] == "cards_issued"), {})
    opening = (layout.get("cumulative") or {}).get("opening")
    if opening is None or not tables.get("opened"):
        return None
    zone = timezone.get_default_timezone()
    start, end = Period(str(tables["opened"])).start(zone), period.end(zone)
    return None if end <= start else int(opening) + issued_between(start, end)


INDICATORS = [
    Indicator(
        "cards_by_organization",
        _("Cards issued by institution"),
        _("cards"),
        _(
            "Medical, citizen and children's cards handed out within the month, by the time of issue, whatever "
            "became of them; a replacement is a card of its own."
        ),
        ("organization",),
        cards_by_organization,
    ),
]
TABLES = [BulletinTable("cards_issued", _("Cards issued"), cards_issued, tuple(INDICATORS), order=40)]
