"""Which records are one person: every rule once, then the whole on a planted population."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import replace
from itertools import combinations

import pytest

from jinling.foundation.mpi.matching import match
from jinling.foundation.mpi.planted import population
from jinling.foundation.mpi.rules.matching import (
    PersonRecord,
    Thresholds,
    births_of_several,
    contradicts_birth,
    judge,
    one_apart,
)

ONE = PersonRecord(
    id="a",
    name="王一诺",
    pinyin="wangyinuo",
    surname="wang",
    birth_date="2010-03-04",
    sex="female",
    mobile="13800000001",
    district="320106",
    numbers={"resident_id": "N1", "social_insurance": "S1"},
)


def other(**changes) -> PersonRecord:
    return replace(ONE, **{"id": "b", **changes})


@pytest.mark.parametrize(
    ("record", "weight", "verdict", "rule"),
    [
        (other(), 0, "link", "own number"),
        (other(name="王依诺"), 0, "link", "own number"),
        (other(name="王一糯", pinyin="wangyixx"), 0, "link", "own number, one character differs"),
        (other(name="王一糯", pinyin="wangyixx", sex="male"), 0, "review", "own number under two names"),
        (other(name="王天才", pinyin="wangtiancai"), 40, "review", "own number under two names"),
        (other(name="WANGYINUO"), 0, "link", "own number"),
        (other(name="", pinyin="", newborn=True), 0, "link", "own number, no name"),
        (other(name="", pinyin="", newborn=True, mobile=""), 0, "review", "own number, no name"),
        (other(numbers={"resident_id": "N2"}), 40, "review", "lifelong numbers differ"),
        (other(numbers={"resident_id": "N2"}, mobile="13800000002"), 40, "apart", "lifelong numbers differ"),
        (
            other(numbers={"resident_id": "N2", "social_insurance": "S1"}, name="王天才", pinyin="w"),
            40,
            "apart",
            "lifelong numbers differ",
        ),
        (other(numbers={"social_insurance": "S1"}), -3, "link", "card and name"),
        (other(numbers={"social_insurance": "S1"}, birth_date="2010-04-03"), -3, "link", "card and name"),
        (
            other(numbers={"social_insurance": "S1"}, birth_date="1980-04-03"),
            -3,
            "review",
            "card, but name or birth date differ",
        ),
        (
            other(numbers={"social_insurance": "S1"}, name="王天才", pinyin="wangtiancai"),
            5,
            "review",
            "card, but name or birth date differ",
        ),
        (other(numbers={"social_insurance": "S1"}, name="王天才", pinyin="wangtiancai"), -4, "apart", "unlikely"),
        (other(numbers={}), 8, "link", "likely"),
        (other(numbers={}), 7.9, "review", "possible"),
        (other(numbers={}, birth_date="2010-03-05"), 12, "link", "likely"),
        (other(numbers={}, birth_date="2010-03-05"), 11.9, "review", "possible"),
        (other(numbers={}, name="王一言", pinyin="wangyiyan"), 20, "review", "likely, but given names differ"),
        (other(numbers={}, sex="male"), 20, "review", "likely, but sex differs"),
        (other(numbers={}), 3.9, "apart", "unlikely"),
    ],
)
def test_rules(record, weight, verdict, rule):
    for left, right in ((ONE, record), (record, ONE)):
        found = judge(left, right, weight)
        assert (found.verdict, found.rule) == (verdict, rule)


def test_a_newborn_is_tied_to_its_mother():
    named = replace(ONE, mother="m", numbers={})
    unnamed = other(name="", pinyin="", surname="", mother="m", newborn=True, numbers={})
    assert judge(named, unnamed, 0).rule == "child of one birth"
    assert judge(named, unnamed, 0, twins={("m", "2010-03-04")}).verdict == "review"
    assert judge(named, replace(unnamed, sex="male"), 0).verdict == "apart"
    assert judge(named, replace(unnamed, mother="n"), 0).verdict == "apart"
    assert judge(named, replace(unnamed, mother=""), 30).verdict == "apart"


@pytest.mark.parametrize(
    "sign",
    [
        {"sex": "male"},
        {"pinyin": "wangyiyan"},
        {"numbers": {"birth_certificate": "O2"}},
        {"birth_order": 2},
    ],
)
def test_signs_of_twins(sign):
    child = replace(ONE, mother="m", numbers={"birth_certificate": "O1"})
    assert births_of_several([child, replace(child, id="b", **sign)]) == {("m", "2010-03-04")}
    assert births_of_several([child, replace(child, id="b")]) == frozenset()


def test_thresholds_are_settable():
    assert judge(ONE, other(numbers={}), 5, thresholds=Thresholds(alike=5)).verdict == "link"


@pytest.mark.parametrize(
    ("one", "two", "near"),
    [
        ("abc", "abc", True),
        ("abc", "abd", True),
        ("abc", "ab", True),
        ("ab", "abc", True),
        ("abc", "acb", True),
        ("abcd", "badc", False),
        ("abc", "abcde", False),
        ("abc", "xyc", False),
        ("", "a", True),
    ],
)
def test_one_slip_of_the_pen(one, two, near):
    assert one_apart(one, two) is near
    assert one_apart(two, one) is near


def test_birth_dates_that_contradict():
    assert not contradicts_birth(ONE, other(birth_date="2010-04-03"))
    assert not contradicts_birth(ONE, other(birth_date=""))
    assert not contradicts_birth(ONE, other(birth_date="2011-03-04"))
    assert contradicts_birth(ONE, other(birth_date="2011-05-04"))


def test_the_population_is_the_same_for_the_same_seed():
    assert list(population(200, 5)) == list(population(200, 5))
    assert list(population(200, 5)) != list(population(200, 6))


def test_matching_finds_who_is_who():
    planted = list(population(5000, 11))
    records = {item.record.id: item.record for item in planted}
    truth = defaultdict(list)
    for item in planted:
        truth[item.person].append(item.record.id)
    pairs = {tuple(sorted(pair)) for ids in truth.values() for pair in combinations(ids, 2)}
    found = list(match(records, sampled_pairs=1e6))
    linked = {(item.left, item.right) for item in found if item.judgement.verdict == "link"}
    assert len(linked & pairs) / len(linked) >= 0.999
    assert len(linked & pairs) / len(pairs) >= 0.98
    assert found == list(match(records, sampled_pairs=1e6))
    assert list(match({})) == []
