"""Release policies and routes, kept in the process for a few seconds: they change a few times a year."""

from __future__ import annotations

import threading
import time as clock
from collections.abc import Callable
from datetime import date
from typing import TypeVar
from zoneinfo import ZoneInfo

from django.db.models import Q
from django.utils import timezone

from jinling.services.scheduling.models import BookingPolicy, ReleaseListing, ReleaseWindow, Route
from jinling.services.scheduling.rules.kinds import Part
from jinling.services.scheduling.rules.limits import Limits, PenaltyTerms
from jinling.services.scheduling.rules.refusals import RouteUnknown
from jinling.services.scheduling.rules.windows import Clocks, Window
from jinling.services.scheduling.values import Policy, RouteFacts

KEPT_SECONDS = 2.0
T = TypeVar("T")
_lock = threading.Lock()
_kept: dict[str, tuple[float, object]] = {}


def zone() -> ZoneInfo:
    """The city's time zone."""
    return timezone.get_default_timezone()


def forget() -> None:
    """Read policies and routes anew at the next call, in this process."""
    with _lock:
        _kept.clear()


def _keep(name: str, read: Callable[[], T]) -> T:
    found = _kept.get(name)
    if found is not None and found[0] > clock.monotonic():
        return found[1]  # type: ignore[return-value]
    with _lock:
        value = read()
        _kept[name] = (clock.monotonic() + KEPT_SECONDS, value)
    return value


def routes() -> dict[str, RouteFacts]:
    """Every booking route by code, in the pack's order."""
    return _keep(
        "routes",
        lambda: {r.code: RouteFacts(r.code, r.name, r.kind_id, r.audience) for r in Route.objects.order_by("position")},
    )


def route(code: str) -> RouteFacts:
    """One booking route.

    Raises:
        RouteUnknown: the city pack names no such route.
    """
    found = routes().get(code)
    if found is None:
        raise RouteUnknown(where=code)
    return found


def policy_of(organization: int) -> Policy:
    """The policy of an organisation: its own, or the city's default with its own windows."""
    policies = _keep("policies", _read_policies)
    return policies.get(organization) or policies[0]


def windows_on(day: date) -> dict[int | None, list[ReleaseWindow]]:
    """Release windows in force on a day, by organisation id (None: the city's default)."""
    found: dict[int | None, list[ReleaseWindow]] = {}
    rows = ReleaseWindow.objects.filter(valid_from__lte=day).filter(Q(valid_to__isnull=True) | Q(valid_to__gt=day))
    for row in rows.order_by("organization_id", "audience", "first_day"):
        found.setdefault(row.organization_id, []).append(row)
    return found


def listed_on(day: date) -> set[int]:
    """Organisations that stand in the table of release windows on a day: as listed last, else as their policy says."""
    begun = ReleaseListing.objects.filter(valid_from__lte=day).order_by("organization_id", "-valid_from")
    said = dict(begun.distinct("organization_id").values_list("organization_id", "listed"))
    own = BookingPolicy.objects.filter(in_release_table=True, organization__isnull=False)
    return {pk for pk in own.values_list("organization_id", flat=True) if pk not in said} | {
        pk for pk, listed in said.items() if listed
    }


def _read_policies() -> dict[int, Policy]:
    """Policies by organisation; key 0 is for organisations without rows of their own."""
    windows: dict[int, list[Window]] = {}
    for row in ReleaseWindow.objects.filter(valid_to__isnull=True):
        of_organization = windows.setdefault(row.organization_id or 0, [])
        if row.first_day is not None and row.last_day is not None:
            of_organization.append(Window(row.audience, row.first_day, row.last_day, row.channel_kind))
    own = {row.organization_id or 0: row for row in BookingPolicy.objects.all()}
    default, default_windows = own.get(0) or BookingPolicy(), windows.get(0, [])
    return {
        organization: _policy(own.get(organization, default), tuple(windows.get(organization, default_windows)))
        for organization in {0, *windows, *own}
    }


def _policy(row: BookingPolicy, windows: tuple[Window, ...]) -> Policy:
    return Policy(
        windows=windows,
        clocks=Clocks(release=row.release_clock, cutoff=row.next_day_cutoff),
        limits=Limits(row.max_per_day, row.max_per_department_day, row.max_per_doctor_day, row.max_active),
        penalties=PenaltyTerms(
            row.no_show_limit,
            row.no_show_days,
            row.no_show_suspend_days,
            row.cancel_limit,
            row.cancel_days,
            row.cancel_suspend_days,
        ),
        cancel_allowed=row.cancel_allowed,
        cancel_days_before=row.cancel_days_before,
        cancel_clock=row.cancel_clock,
        pickup={Part.AM: row.pickup_am, Part.PM: row.pickup_pm},
        hold_minutes=row.hold_minutes,
        waitlist_minutes=row.waitlist_minutes,
        confirmation=row.confirmation,
        confirm_minutes=row.confirm_minutes,
        marks_no_show=row.marks_no_show,
    )
