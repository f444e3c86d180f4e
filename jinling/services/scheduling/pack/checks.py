"""What channels and release policies of a city pack must say of each other, and of the institutions."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from django.utils.translation import gettext as _

from jinling.foundation.directory import public as directory
from jinling.kernel.sockets import PackFault
from jinling.services.scheduling.rules.kinds import Audience
from jinling.services.scheduling.rules.release_labels import label_of


def check_channels(data: Any, pack: directory.Pack) -> Iterator[PackFault]:
    """Codes and names that stand twice, routes of a kind that is not there, kinds that no route is of."""
    kinds = {kind["code"] for kind in data["kinds"]}
    yield from directory.duplicates(data["kinds"], "code", "name", at=("kinds",))
    yield from directory.duplicates(data["routes"], "code", "name", at=("routes",))
    for i, route in enumerate(data["routes"]):
        if route["kind"] not in kinds:
            yield PackFault(
                "channel_kind_unknown",
                _("No channel kind has the code %(code)s.") % {"code": route["kind"]},
                _("Use one of: %(choices)s.") % {"choices": ", ".join(sorted(kinds))},
                entry=route["code"],
                at=("routes", i, "kind"),
            )

    used = {route["kind"] for route in data["routes"]}
    for i, kind in enumerate(data["kinds"]):
        if kind["code"] not in used and used <= kinds:  # a slip in a route's kind is told once
            yield PackFault(
                "kind_without_route",
                _("No route is of the kind %(code)s, so that nobody could book by it.") % {"code": kind["code"]},
                _("Add a route of this kind, or take the kind out."),
                entry=kind["code"],
                at=("kinds", i),
            )


def check_departments(data: Any, pack: directory.Pack) -> Iterator[PackFault]:
    """Names that stand twice; nowhere that replays could book: a department that sees everybody."""
    yield from directory.duplicates(data["departments"], "name", at=("departments",))
    if all({"sex", "age_min", "age_max"} & set(entry) for entry in data["departments"]):
        yield PackFault(
            "nobody_sees_all",
            _("No department sees people of every age and sex."),
            _("Add one without sex and ages: replays book there."),
            at=("departments",),
        )


def check_policies(data: Any, pack: directory.Pack) -> Iterator[PackFault]:
    """Institutions that are not there or stand twice, windows that no label prints."""
    first: dict[str, str] = {}
    for i, policy in enumerate(data["policies"]):
        name = policy["organization"]
        code = pack.find(name)
        if code is None and pack.has("organizations"):
            yield PackFault(
                "organization_unknown",
                _("organizations.yaml names no %(name)s.") % {"name": name},
                _("Use a code, name or alias of that file."),
                entry=name,
                at=("policies", i),
            )
        elif code is not None and code in first:
            yield PackFault(
                "duplicate_policy",
                _("%(name)s and %(first)s are one institution.") % {"name": name, "first": first[code]},
                _("Keep one entry for it."),
                entry=name,
                at=("policies", i),
            )
        elif code is not None:
            first[code] = name
        if policy.get("in_release_table"):
            yield from _labels(policy, data["release_labels"], i)


def _labels(policy: Any, labels: Any, i: int) -> Iterator[PackFault]:
    for audience in Audience:
        if label_of(policy[audience], labels[audience]) is None:
            yield PackFault(
                "no_label",
                _("No label of release_labels fits the %(audience)s window %(window)s.")
                % {"audience": audience, "window": policy[audience]},
                _("Correct the window or add a label."),
                entry=policy["organization"],
                at=("policies", i, audience),
            )
