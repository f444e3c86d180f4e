"""Weights order pairs by how alike they are."""

from __future__ import annotations

import pytest

from jinling.engine.linkage.people import COLUMNS, weigh


def table(rows):
    return {name: [row.get(name) for row in rows] for name in COLUMNS}


def strangers(count):
    return [
        {
            "unique_id": f"s{i:04}",
            "name": f"{'ABCDEFGH'[i % 8]}{i}",
            "pinyin": f"p{i}",
            "surname": f"x{i % 8}",
            "birth_date": f"19{50 + i % 49}-{1 + i % 12:02}-{1 + i % 28:02}",
            "sex": ("male", "female")[i % 2],
            "mobile": f"1380000{i:04}",
            "district": f"32010{i % 7}",
        }
        for i in range(count)
    ]


def test_more_agreement_weighs_more():
    basis = {
        "name": "Z",
        "pinyin": "z",
        "surname": "z",
        "birth_date": "1988-08-08",
        "sex": "male",
        "mobile": "13911112222",
        "district": "320106",
    }
    rows = [
        *strangers(400),
        {"unique_id": "a", **basis},
        {"unique_id": "b", **basis},
        {"unique_id": "c", **basis, "mobile": "13733334444"},
    ]
    weights = {(c.left, c.right): c.weight for c in weigh(table(rows), sampled_pairs=1e5)}
    assert weights["a", "b"] > weights["a", "c"] > 0
    assert all(left < right for left, right in weights)
    assert not any(left.startswith("s") and weight > 8 for (left, _), weight in weights.items())


def test_pairs_that_share_a_number_are_given_whatever_they_weigh():
    rows = [
        *strangers(50),
        {**strangers(1)[0], "unique_id": "a", "resident_id": "N"},
        {"unique_id": "b", "name": "Q", "pinyin": "q", "birth_date": "2001-01-01", "sex": "female", "resident_id": "N"},
    ]
    assert ("a", "b") in {(c.left, c.right) for c in weigh(table(rows), sampled_pairs=1e4, least=100)}


def test_nothing_to_compare():
    assert list(weigh(table([]))) == []
    assert list(weigh(table(strangers(1)))) == []


def test_unequal_columns_are_refused():
    with pytest.raises(ValueError, match="equal length"):
        list(weigh({**table(strangers(2)), "sex": ["male"]}))
    with pytest.raises(ValueError, match="unique_id"):
        list(weigh({"name": []}))
