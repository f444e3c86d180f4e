"""Channels, release policies and the organisations' booking rules of a city pack, written into the tables."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, time
from typing import Any

from jinling.foundation.directory import public as directory
from jinling.kernel.actor import system
from jinling.services.scheduling.models import (
    BookingPolicy,
    ChannelKind,
    PoolShare,
    ReleaseWindow,
    Route,
    of_organization,
)
from jinling.services.scheduling.queries.policies import forget
from jinling.services.scheduling.rules.kinds import Audience, Part
from jinling.services.scheduling.usecases.policies import set_policy, set_pool_share, set_release_window

LOADER = system("city-load")
# Windows of a pack hold for every month before they are changed.
ALWAYS = date(2000, 1, 1)


def load_channels(data: Any, pack: Any) -> int:
    """Channel kinds and routes, in the pack's order."""
    for position, kind in enumerate(data["kinds"]):
        ChannelKind.objects.update_or_create(
            code=kind["code"], defaults={"name": kind["name"], "name_en": kind.get("name_en", ""), "position": position}
        )
    for position, route in enumerate(data["routes"]):
        Route.objects.update_or_create(
            code=route["code"],
            defaults={
                "name": route["name"],
                "name_en": route.get("name_en", ""),
                "kind_id": route["kind"],
                "audience": route.get("audience", Audience.PUBLIC),
                "in_route_table": route.get("in_route_table", False),
                "position": position,
            },
        )
    forget()
    return len(data["kinds"]) + len(data["routes"])


def load_policies(data: Any, pack: directory.Pack) -> int:
    """The city's default rules, and what differs for an organisation.

    Windows and shares that stand already stay: the pack sets a city up, staff keep it. Of the rules, each that the pack
    says otherwise than it last said is taken over, unless staff set it meanwhile.
    """
    defaults = data["defaults"]
    _windows(None, defaults)
    _policy(None, _rules(defaults))
    _shares(None, defaults.get("pools"))
    for entry in data["policies"]:
        # As the pack means it, which the check has read: staff may have registered another that is called alike.
        organization = directory.get(pack.code_of(entry["organization"]))
        merged = defaults | entry
        _windows(organization.pk, merged)
        _policy(organization.pk, _rules(merged) | {"in_release_table": entry.get("in_release_table", False)})
        _shares(organization.pk, entry.get("pools"))
    return 1 + len(data["policies"])


def _policy(organization: int | None, rules: Mapping[str, Any]) -> None:
    """Take over what the pack says otherwise than it last said, where nobody set it meanwhile.

    A row of which the pack said nothing yet is the staff's, or older than this memory: it stays, and is remembered.
    """
    row = BookingPolicy.objects.filter(of_organization(organization)).first()
    said = {name: _plain(value) for name, value in rules.items()}
    last: Mapping[str, Any] = (row.packed or said) if row is not None else {}
    changed = {
        name: rules[name]
        for name in said
        if said[name] != last.get(name) and (name not in last or _plain(getattr(row, name)) == last[name])
    }
    if changed:
        row = set_policy(by=LOADER, organization=organization, **changed)
    if row is not None and row.packed != {**last, **said}:
        BookingPolicy.objects.filter(pk=row.pk).update(packed={**last, **said})


def _plain(value: Any) -> Any:
    """A rule as JSON keeps it."""
    return value.isoformat() if isinstance(value, time) else value


def _windows(organization: int | None, entry: Mapping[str, Any]) -> None:
    for audience in Audience:
        if ReleaseWindow.objects.filter(of_organization(organization), audience=audience).exists():
            continue
        days = entry.get(audience)
        set_release_window(
            by=LOADER,
            organization=organization,
            audience=audience,
            days=(days[0], days[1]) if days else None,
            valid_from=ALWAYS,
        )


def _shares(organization: int | None, shares: Mapping[str, int] | None) -> None:
    for code, percent in (shares or {}).items():
        if not PoolShare.objects.filter(of_organization(organization), code=code).exists():
            set_pool_share(by=LOADER, organization=organization, code=code, percent=percent)


def _rules(entry: Mapping[str, Any]) -> dict[str, Any]:
    cancellation, limits = entry["cancellation"], entry["limits"]
    no_show, cancelling = entry["no_show"], entry["cancelling"]
    rules: dict[str, Any] = {
        "release_clock": _clock(entry["release_clock"]),
        "next_day_cutoff": _clock(entry["next_day_closes"]),
        "cancel_allowed": cancellation.get("allowed", True),
        "pickup_am": _clock(entry["pickup"][Part.AM]),
        "pickup_pm": _clock(entry["pickup"][Part.PM]),
        "max_per_day": limits["per_day"],
        "max_per_department_day": limits["per_department_day"],
        "max_per_doctor_day": limits["per_doctor_day"],
        "max_active": limits["active"],
        "no_show_limit": no_show["limit"],
        "no_show_days": no_show["period_days"],
        "no_show_suspend_days": no_show["suspend_days"],
        "cancel_limit": cancelling["limit"],
        "cancel_days": cancelling["period_days"],
        "cancel_suspend_days": cancelling["suspend_days"],
        "hold_minutes": entry["hold_minutes"],
    }
    if cancellation.get("allowed", True):
        rules |= {"cancel_days_before": cancellation["days_before"], "cancel_clock": _clock(cancellation["until"])}
    return rules


def _clock(text: Any) -> time:
    return text if isinstance(text, time) else time.fromisoformat(str(text))
