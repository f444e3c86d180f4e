"""What a pack says of institutions in time, held to what can be: each problem that the check tells."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import pairwise
from typing import Any

from django.utils.translation import gettext as _

from jinling.foundation.directory.rules import EARLIEST, told
from jinling.foundation.directory.rules.timeline import leads_back, within
from jinling.kernel.sockets import PackFault


def overlaps(data: Any) -> Iterator[PackFault]:
    """Spans of a ``history`` in which the same fact was two things on one day."""
    for i, entry in enumerate(data):
        history = entry.get("history") or ()
        for fact in {name: None for former in history for name in former if name not in ("from", "until")}:
            found = told.spans(history, fact)
            for (_begin, end, _value), (begin, last, _other) in pairwise(found):
                if begin < end or EARLIEST < last <= begin:
                    yield PackFault(
                        "spans_overlap",
                        _("From %(day)s on the history says two things of %(fact)s.") % {"day": begin, "fact": fact},
                        _("Let each span end (until) before the next begins (from)."),
                        entry=entry["code"],
                        at=(i, "history"),
                    )


def successors(data: Any) -> Iterator[PackFault]:
    """Successors that are not there, and those that lead back to the one that they take over from."""
    places = {entry["code"]: i for i, entry in enumerate(data)}
    passages = [(i, places[one["successor"]]) for i, one in enumerate(data) if one.get("successor") in places]
    for i, entry in enumerate(data):
        heir = entry.get("successor")
        if heir is None:
            continue
        if heir not in places or heir == entry["code"]:
            yield PackFault(
                "successor_unknown",
                _("%(code)s cannot take over from this.") % {"code": heir},
                _("Name another institution of this file."),
                entry=entry["code"],
                at=(i, "successor"),
            )
        elif leads_back(passages, places[heir], i):
            yield PackFault(
                "succession_circular",
                _("%(code)s cannot take over from this: that leads back to itself.") % {"code": heir},
                _("Name another successor, or give the new institution a code of its own."),
                entry=entry["code"],
                at=(i, "successor"),
            )


def closed_wholes(data: Any) -> Iterator[PackFault]:
    """Institutions that are open on a day on which the one that they are part of is not."""
    lines = {
        entry["code"]: told.stated(
            entry, {"active": entry.get("active", True), "part_of": entry.get("part_of")}, None, today=EARLIEST
        )
        for entry in data
    }
    for i, entry in enumerate(data):
        closed = [
            (max(piece.from_on, one.from_on), piece.facts["part_of"])
            for piece in lines[entry["code"]]
            if piece.facts["active"] and piece.facts["part_of"] in lines
            for one in within(lines[piece.facts["part_of"]], piece.from_on, piece.until_on)
            if not one.facts["active"]
        ]
        for day, whole in closed[:1]:
            yield PackFault(
                "whole_closed",
                _("This is open on %(day)s as part of %(code)s, which is not.") % {"day": day, "code": whole},
                _("Give it days (opened, closed) within those of the whole, or another whole from then on."),
                entry=entry["code"],
                at=(i,),
            )
