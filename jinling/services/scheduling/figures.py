"""What scheduling contributes to the bulletin, counted from bookings and release windows."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import date
from typing import Any

from django.db.models import Count, Q
from django.utils import timezone
from django.utils.translation import gettext_noop as _

from jinling.foundation.directory import public as directory
from jinling.kernel.figures import Declared, Dimension, Indicator, Member
from jinling.kernel.periods import Span
from jinling.services.scheduling.models import Appointment, BookingPolicy, ChannelKind, Route, Session
from jinling.services.scheduling.queries.policies import listed_on, windows_on
from jinling.services.scheduling.rules.kinds import NEVER_BOOKED as NEVER, Audience
from jinling.services.scheduling.rules.life import AppointmentState
from jinling.services.scheduling.rules.release_labels import label_of

# A hold that was never turned into a booking is no booking; what was cancelled later was one.
NEVER_BOOKED = Q(status=AppointmentState.PROPOSED) | Q(reason__in=NEVER)


def _booked(span: Span) -> Any:
    return Appointment.objects.filter(booked_at__gte=span.start, booked_at__lt=span.end).exclude(NEVER_BOOKED)


def _left_out() -> Any:
    """Organisations that are not counted as hospitals."""
    return BookingPolicy.objects.filter(in_hospital_table=False, organization__isnull=False).values("organization_id")


def _at_hospitals(span: Span) -> dict[tuple[Any, ...], int]:
    """Bookings by (organisation id, channel kind) made within the span."""
    booked = _booked(span).exclude(organization_id__in=_left_out())
    rows = booked.values_list("organization_id", "channel_kind").annotate(n=Count("pk"))
    return {(organization, kind): n for organization, kind, n in rows.order_by()}


def _first_booking() -> date | None:
    """The city's day of the first booking that no replay made."""
    rows = Appointment.objects.filter(batch="").exclude(NEVER_BOOKED).order_by("booked_at")
    first = rows.values_list("booked_at", flat=True).first()
    return None if first is None else timezone.localdate(first)


def bookings_by_hospital(span: Span) -> dict[tuple[Any, ...], int]:
    """The same, with a nought for institutions that published numbers and booked none; those that a replay published
    for the bookings of a month before are no numbers of this one."""
    published = Session.objects.filter(date__range=(span.first, span.last)).exclude(organization_id__in=_left_out())
    published = published.filter(batch__in=("", f"replay:{span.month}"))
    kinds = list(ChannelKind.objects.values_list("code", flat=True))
    noughts = published.order_by().values_list("organization_id", flat=True).distinct()
    return {(organization, kind): 0 for organization in noughts for kind in kinds} | _at_hospitals(span)


def bookings_by_route(span: Span) -> dict[tuple[Any, ...], int]:
    """Bookings by (route code,) made within the span."""
    return {(route,): n for route, n in _booked(span).values_list("route").annotate(n=Count("pk")).order_by()}


def release_windows(span: Span) -> dict[tuple[Any, ...], str]:
    """The label of the window in force on the span's last day, by (organisation id, audience), for those listed."""
    labels, windows = _labels(), windows_on(span.last)
    found: dict[tuple[Any, ...], str] = {}
    for organization in sorted(listed_on(span.last)):
        for audience in Audience:
            own = (w for w in windows.get(organization, []) if w.audience == audience and not w.channel_kind)
            row = next(own, None)
            window = (row.first_day, row.last_day) if row and row.first_day and row.last_day else None
            # A window that no label of the pack fits prints as its days.
            bare = f"{window[0]}-{window[1]}" if window else ""
            found[organization, audience] = label_of(window, labels[audience]) or bare
    return found


def _labels() -> Mapping[str, Any]:
    found: Mapping[str, Any] = directory.current_pack().section("release_policies")["release_labels"]
    return found


def _words(at: Mapping[str, str]) -> dict[str, str]:
    """How the windows of an audience read, in the city's language and in English."""
    labels = _labels()
    english = labels.get("en", {})
    return {label: english.get(label, label) for label in labels.get(at.get("audience", ""), ())}


def _routes(on: date) -> list[Member]:
    return [
        Member(
            route.code,
            route.code,
            route.name,
            route.name_en or route.name,
            {"channel_kind": route.kind_id},
            frozenset({"in_route_table"} if route.in_route_table else ()),
        )
        for route in Route.objects.order_by("position")
    ]


def _kinds(on: date) -> list[Member]:
    kinds = ChannelKind.objects.order_by("position")
    return [Member(kind.code, kind.code, kind.name, kind.name_en or kind.name) for kind in kinds]


def _declared(part: str) -> Callable[[directory.Pack], Declared | None]:
    """What a part of a pack's channels declares, however the spaces of a name stand."""

    def declared(pack: directory.Pack) -> Declared | None:
        if not pack.has("channels"):
            return None
        entries = pack.section("channels")[part]
        codes = {"".join(entry[key].split()): str(entry["code"]) for entry in entries for key in ("code", "name")}
        names = {str(entry["code"]): str(entry["name"]) for entry in entries}
        return Declared(names, lambda text: codes.get("".join(text.split())))

    return declared


INDICATORS = [
    Indicator(
        "scheduling.bookings",
        _("Bookings by institution and channel"),
        _("bookings"),
        _(
            "Numbers booked within the month, by the time of booking, whatever became of them; holds that ran "
            "out do not count."
        ),
        ("organization", "channel_kind"),
        bookings_by_hospital,
        since=_at_hospitals,
        begins=_first_booking,
    ),
    Indicator(
        "scheduling.bookings_by_route",
        _("Bookings by route"),
        _("bookings"),
        _("Numbers booked within the month by the route they came through."),
        ("route",),
        bookings_by_route,
        since=bookings_by_route,
        begins=_first_booking,
    ),
    Indicator(
        "scheduling.release_windows",
        _("Release windows"),
        "",
        _("The window in force on the month's last day."),
        ("organization", "audience"),
        release_windows,
        missing="",
        words=_words,
        begins=_first_booking,
    ),
]
DIMENSIONS = [
    Dimension(
        "route",
        _routes,
        declared=_declared("routes"),
        sets=("in_route_table",),
        groups=("channel_kind",),
        coded=True,
    ),
    Dimension("channel_kind", _kinds, declared=_declared("kinds"), coded=True),
]
