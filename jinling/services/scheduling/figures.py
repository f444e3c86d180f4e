"""What scheduling contributes to the bulletin, counted from bookings and release windows."""

from __future__ import annotations

from typing import Any

from django.db.models import Count, Q
from django.utils.translation import gettext_noop as _

from jinling.foundation.directory import public as directory
from jinling.kernel.periods import Period
from jinling.kernel.sockets import BulletinTable, Indicator, TableResult
from jinling.services.scheduling.models import Appointment, BookingPolicy, ChannelKind, Route, Session
from jinling.services.scheduling.queries.policies import windows_on, zone
from jinling.services.scheduling.rules.labels import label_of
from jinling.services.scheduling.rules.life import NEVER_BOOKED as NEVER

# A hold that was never turned into a booking is no booking; what was cancelled later was one.
NEVER_BOOKED = Q(status="proposed") | Q(reason__in=NEVER)


def _booked(period: Period) -> Any:
    return Appointment.objects.filter(booked_at__gte=period.start(zone()), booked_at__lt=period.end(zone())).exclude(
        NEVER_BOOKED
    )


def bookings_by_hospital(period: Period) -> dict[tuple[Any, ...], int]:
    """Bookings by (organisation id, channel kind) made within the period."""
    rows = _booked(period).values_list("organization_id", "channel_kind").annotate(n=Count("pk"))
    return {(organization, kind): n for organization, kind, n in rows.order_by()}


def bookings_by_route(period: Period) -> dict[tuple[Any, ...], int]:
    """Bookings by (route code,) made within the period."""
    return {(route,): n for route, n in _booked(period).values_list("route").annotate(n=Count("pk")).order_by()}


def _printed() -> set[int]:
    """Organisations that the table of hospitals leaves out."""
    return set(
        BookingPolicy.objects.filter(in_hospital_table=False, organization__isnull=False).values_list(
            "organization_id", flat=True
        )
    )


def _layout(name: str) -> dict[str, Any]:
    tables = directory.current_pack().section("bulletin")
    return {"opened": tables.get("opened"), **next((t for t in tables["tables"] if t["name"] == name), {})}


def booking_by_hospital(period: Period) -> TableResult:
    """Institutions that published or gave numbers in the period, most bookings first; ties in the
    directory's order."""
    left_out = _printed()
    kinds = list(ChannelKind.objects.order_by("position").values_list("code", flat=True))
    counts = bookings_by_hospital(period)
    published = Session.objects.filter(date__range=(period.first, period.last)).values_list(
        "organization_id", flat=True
    )
    present = {organization for organization, _kind in counts} | set(published.distinct())
    rows: list[Any] = []
    for organization in directory.Organization.objects.filter(pk__in=present - left_out):
        cells = [counts.get((organization.pk, kind), 0) for kind in kinds]
        rows.append((organization.position, organization.name, cells, sum(cells)))
    rows.sort(key=lambda row: (-row[3], row[0], row[1]))
    columns = ["no", "organization", *kinds, "total"]
    body = [[no, name, *cells, total] for no, (_position, name, cells, total) in enumerate(rows, 1)]
    sums = [sum(row[i] for row in body) for i in range(2, len(columns))]
    return TableResult(columns, body, ["", "", *sums], _cumulative(period, left_out))


def _cumulative(period: Period, left_out: set[int]) -> int | None:
    """The pack's opening balance and every booking since, up to the period's end; None before the opening."""
    layout = _layout("booking_by_hospital")
    opening = (layout.get("cumulative") or {}).get("opening")
    if opening is None or not layout["opened"]:
        return None
    opened = Period(str(layout["opened"]))
    if period.end(zone()) <= opened.start(zone()):
        return None
    since = (
        Appointment.objects.filter(booked_at__gte=opened.start(zone()), booked_at__lt=period.end(zone()))
        .exclude(NEVER_BOOKED)
        .exclude(organization_id__in=left_out)
    )
    return int(opening) + since.count()


def booking_by_route(period: Period) -> TableResult:
    """The routes that the city pack prints, in its order; other routes count in the columns of the
    table of hospitals only."""
    counts = bookings_by_route(period)
    routes = list(Route.objects.filter(in_route_table=True).order_by("position"))
    rows = [[no, route.name, counts.get((route.code,), 0)] for no, route in enumerate(routes, 1)]
    return TableResult(["no", "route", "bookings"], rows, ["", "", sum(row[2] for row in rows)])


def schedule_release(period: Period) -> TableResult:
    """Release windows in force on the period's last day, for the institutions that the table names."""
    labels = directory.current_pack().section("release_policies")["release_labels"]
    layout = _layout("schedule_release")
    categories = {c["code"]: (place, c["name"]) for place, c in enumerate(layout.get("categories", []))}
    named = {directory.resolve(name).pk: place for place, name in enumerate(layout.get("list", []))}
    windows = windows_on(period.last)
    rows = []
    chosen = BookingPolicy.objects.filter(in_release_table=True, organization__isnull=False)
    for policy in chosen.select_related("organization"):
        organization = policy.organization
        if organization is None:
            continue
        own = windows.get(organization.pk, [])
        printed = []
        for audience in ("public", "community"):
            row = next((w for w in own if w.audience == audience and not w.channel_kind), None)
            window = (row.first_day, row.last_day) if row and row.first_day and row.last_day else None
            # A window that no label of the pack fits prints as its days.
            bare = f"{window[0]}-{window[1]}" if window else ""
            printed.append(label_of(window, labels[audience]) or bare)
        place, category = categories.get(organization.ownership, (len(categories), organization.ownership))
        order = (place, named.get(organization.pk, len(named)), organization.position)
        rows.append((order, [category, organization.name, *printed]))
    rows.sort(key=lambda row: row[0])
    return TableResult(
        ["category", "organization", "public_release", "community_priority_release"], [row for _order, row in rows]
    )


INDICATORS = [
    Indicator(
        "bookings_by_hospital",
        _("Bookings by institution and channel"),
        _("bookings"),
        _(
            "Numbers booked within the month, by the time of booking, whatever became of them; holds that ran "
            "out do not count."
        ),
        ("organization", "channel_kind"),
        bookings_by_hospital,
    ),
    Indicator(
        "bookings_by_route",
        _("Bookings by route"),
        _("bookings"),
        _("Numbers booked within the month by the route they came through."),
        ("route",),
        bookings_by_route,
    ),
]
TABLES = [
    BulletinTable("booking_by_hospital", _("Bookings by hospital"), booking_by_hospital, (INDICATORS[0],), order=30),
    BulletinTable("booking_by_route", _("Bookings by route"), booking_by_route, (INDICATORS[1],), order=50),
    BulletinTable("schedule_release", _("Release windows by institution"), schedule_release, (), order=80),
]
