"""Matching: weights from the engine, verdicts from the rules."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from jinling.engine.linkage.people import COLUMNS, weigh
from jinling.foundation.mpi.rules.matching import (
    Judgement,
    PersonRecord,
    Thresholds,
    Verdict,
    births_of_several,
    judge,
)


@dataclass(frozen=True, slots=True)
class Match:
    """Two records and what is to be done with them; ``weight`` is log2 odds."""

    left: str
    right: str
    weight: float
    judgement: Judgement


def match(
    records: Mapping[str, PersonRecord],
    *,
    thresholds: Thresholds | None = None,
    seed: int = 1,
    sampled_pairs: float = 5e6,
) -> Iterator[Match]:
    """Every pair of records that is to be linked or looked at; pairs of strangers are left out.

    Args:
        records: by id.
        seed: of the sample from which chance agreement is estimated; the same seed gives the same weights.
        sampled_pairs: size of that sample; small populations need less.
    """
    people = list(records.values())
    twins = births_of_several(people)
    for candidate in weigh(_columns(people), seed=seed, sampled_pairs=sampled_pairs):
        judgement = judge(
            records[candidate.left], records[candidate.right], candidate.weight, thresholds=thresholds, twins=twins
        )
        if judgement.verdict != Verdict.APART:
            yield Match(candidate.left, candidate.right, candidate.weight, judgement)


def _columns(people: Sequence[PersonRecord]) -> dict[str, list[Any]]:
    rows = (
        (
            person.id,
            person.name or None,
            person.pinyin or None,
            person.surname or None,
            person.birth_date or None,
            person.sex or None,
            person.mobile or None,
            person.district or None,
            person.numbers.get("resident_id"),
            _others(person),
            person.mother or None,
        )
        for person in people
    )
    columns = zip(*rows, strict=True) if people else [()] * len(COLUMNS)
    return {name: list(values) for name, values in zip(COLUMNS, columns, strict=True)}


def _others(person: PersonRecord) -> list[str] | None:
    """Numbers besides the resident id, led by their space, so that unlike kinds never meet."""
    found = [f"{space}/{value}" for space, value in person.numbers.items() if space != "resident_id"]
    return found or None
