"""Whatever verbs come in whatever order for whatever days: one answer a day, and today's columns follow."""

from __future__ import annotations

from contextlib import suppress
from datetime import date, timedelta
from itertools import pairwise
from typing import Any

import pytest
from django.db import transaction
from django.utils import timezone
from hypothesis import given, settings, strategies as st
from hypothesis.extra.django import TestCase

from jinling.foundation.directory import public as directory, usecases as directory_usecases
from jinling.foundation.directory.models import Organization, OrganizationVersion, Succession
from jinling.foundation.directory.queries import versions
from jinling.foundation.directory.rules.timeline import (
    EARLIEST,
    Piece,
    Source,
    Timeline,
    Told,
    always,
    at,
    changed,
    joined,
    leads_back,
    taken_over,
    within,
)
from jinling.kernel.actor import system
from jinling.kernel.outcomes import Refused

BY = system("tests")
CODES = ("A1", "A2", "A3", "A4")
DAYS = st.dates(date(2015, 1, 1), date(2027, 12, 31))
TOLD = Told(Source.STAFF)


def verbs() -> st.SearchStrategy[dict[str, Any]]:
    one = {"code": st.sampled_from(CODES), "on": DAYS}
    others = st.lists(st.sampled_from(CODES), min_size=1, max_size=2)
    facts = st.fixed_dictionaries(
        {},
        optional={
            "name": st.sampled_from(("North", "South")),
            "ownership": st.sampled_from(("municipal", "military")),
            "part_of": st.sampled_from((None, *CODES)),
            "active": st.booleans(),
        },
    )
    return st.one_of(
        st.fixed_dictionaries({"verb": st.just("rename"), "name": st.sampled_from(("East", "West")), **one}),
        st.fixed_dictionaries({"verb": st.just("reown"), "ownership": st.sampled_from(("military", "other")), **one}),
        st.fixed_dictionaries({"verb": st.just("close"), **one}),
        st.fixed_dictionaries({"verb": st.just("reopen"), **one}),
        st.fixed_dictionaries({"verb": st.just("merge"), "others": others, **one}),
        st.fixed_dictionaries({"verb": st.just("split"), "others": others, "closes": st.booleans(), **one}),
        st.fixed_dictionaries({"verb": st.just("succeed"), "successor": st.sampled_from(CODES), **one}),
        st.fixed_dictionaries({"verb": st.just("correct"), "values": facts, "until": st.none() | DAYS, **one}),
    )


class InTime(TestCase):
    @settings(max_examples=60)
    @given(acts=st.lists(verbs(), max_size=12))
    def test_any_sequence_keeps_one_answer_a_day(self, acts: list[dict[str, Any]]) -> None:
        for code in CODES:
            directory.register(
                by=BY, code=code, name=f"House {code}", name_en=f"House {code}", kind="hospital", ownership="other"
            )
        for act in acts:
            given_ = {name: value for name, value in act.items() if name != "verb"}
            if "name" in given_:
                given_["name"] += f" of {given_['code']}"
            if "name" in given_.get("values", {}):
                given_["values"] = {**given_["values"], "name": f"{given_['values']['name']} of {given_['code']}"}
            with suppress(Refused), transaction.atomic():
                getattr(directory_usecases, act["verb"])(by=BY, reason="R", **given_)
        self.hold()
        # Every belief that was given up was followed by another one at that instant: replayed, they give the same.
        for instant in sorted({row.recorded_at for row in OrganizationVersion.objects.all()}):
            seen = directory.as_of(date(2018, 5, 31), known=instant)
            assert len(seen) == Organization.objects.filter(versions__recorded_at__lte=instant).distinct().count()
        assert directory.as_of(timezone.localdate(), known=timezone.now() + timedelta(days=1)) == directory.as_of(
            timezone.localdate()
        )

    def hold(self) -> None:
        lines = versions.timelines()
        for timeline in lines.values():
            assert timeline[0].from_on == EARLIEST and timeline[-1].until_on is None
            assert all(one.until_on == other.from_on for one, other in pairwise(timeline))
            assert all(one.facts != other.facts for one, other in pairwise(timeline))
        held = directory.as_of(timezone.localdate())
        for row in Organization.objects.all():
            assert all(
                getattr(row, fact) == at(lines[row.pk], timezone.localdate()).facts[fact] for fact in versions.FACTS
            )
            assert held[row.pk].active == row.active
            for piece in lines[row.pk]:
                assert directory.resolve(piece.facts["name"]).pk == row.pk
        for line in lines.values():
            for piece in (one for one in line if one.facts["active"] and one.facts["part_of_id"]):
                whole = lines[piece.facts["part_of_id"]]
                assert all(one.facts["active"] for one in within(whole, piece.from_on, piece.until_on))
        edges = versions.passages()
        assert not any(leads_back([e for e in edges if e != edge], edge[1], edge[0]) for edge in edges)
        assert len(edges) == Succession.objects.count()
        assert sorted(Organization.objects.values_list("code", flat=True)) == list(CODES)


def lines() -> st.SearchStrategy[Timeline]:
    values = st.fixed_dictionaries({"a": st.integers(0, 2), "b": st.integers(0, 2)})
    return st.dictionaries(DAYS, values, max_size=4).map(
        lambda found: joined(
            [
                Piece(EARLIEST, None, {"a": 0, "b": 0}, TOLD),
                *(Piece(day, None, facts, TOLD) for day, facts in found.items()),
            ]
        )
    )


@given(lines(), st.fixed_dictionaries({"a": st.integers(0, 2)}), DAYS, st.none() | st.integers(1, 900), DAYS)
def test_a_change_holds_from_its_day_and_touches_nothing_else(
    timeline: Timeline, values: dict[str, int], on: date, length: int | None, day: date
) -> None:
    until = None if length is None else on + timedelta(days=length)
    after = changed(timeline, values, TOLD, on=on, until=until)
    assert at(after, on).facts["a"] == values["a"]
    assert at(after, day).facts["b"] == at(timeline, day).facts["b"]
    if day < on or (until is not None and day >= until):
        assert at(after, day).facts == at(timeline, day).facts
    assert changed(after, values, TOLD, on=on, until=until) == after


@given(lines(), lines(), lines(), DAYS)
def test_what_others_say_is_taken_over_where_we_changed_nothing(
    ours: Timeline, base: Timeline, theirs: Timeline, day: date
) -> None:
    after = at(taken_over(ours, base, theirs, TOLD), day).facts
    mine, said, says = (at(line, day).facts for line in (ours, base, theirs))
    for fact in ("a", "b"):
        assert after[fact] == (says[fact] if mine[fact] == said[fact] else mine[fact])
    assert taken_over(ours, theirs, theirs, TOLD) == ours
    assert taken_over(ours, ours, theirs, TOLD) == theirs


def test_a_day_before_all_days_has_no_answer() -> None:
    with pytest.raises(LookupError):
        at(always({"a": 1}, TOLD), date(1899, 12, 31))
