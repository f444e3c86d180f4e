"""How well records are matched: precision and recall on a population whose errors are planted and known."""

from __future__ import annotations

import time
from collections import defaultdict
from itertools import combinations

from benchmarks import Figure

TITLE = "Matching of people"
BY_NAME_ONLY = True  # two populations of 100,000 take some minutes
PEOPLE = 100_000
SEEDS = (1, 2)
WANTED_PRECISION, WANTED_RECALL = 0.999, 0.98


def run() -> list[Figure]:
    """Match each population; figures are pairs of records, linked without a person's eyes."""
    return [figure for seed in SEEDS for figure in _measure(seed)]


def _measure(seed: int) -> list[Figure]:
    from jinling.foundation.mpi.matching import match
    from jinling.foundation.mpi.planted import population

    planted = list(population(PEOPLE, seed))
    records = {item.record.id: item.record for item in planted}
    truth = defaultdict(list)
    for item in planted:
        truth[item.person].append(item.record.id)
    pairs = {tuple(sorted(pair)) for ids in truth.values() for pair in combinations(ids, 2)}
    started = time.perf_counter()
    found = list(match(records))
    seconds = time.perf_counter() - started
    linked = {(item.left, item.right) for item in found if item.judgement.verdict == "link"}
    review = {(item.left, item.right) for item in found if item.judgement.verdict == "review"}
    precision, recall = len(linked & pairs) / len(linked), len(linked & pairs) / len(pairs)
    shown = f"{PEOPLE:,} people, {len(records):,} records, seed {seed}"
    return [
        Figure(f"precision, {shown}", f"{precision:.5f}", f"goal {WANTED_PRECISION}"),
        Figure(f"recall, {shown}", f"{recall:.4f}", f"goal {WANTED_RECALL}"),
        Figure("pairs linked / true pairs", f"{len(linked):,} / {len(pairs):,}", f"{len(linked - pairs)} wrong"),
        Figure("pairs for a person's eyes", f"{len(review):,}", f"{len(review & pairs):,} of them one person"),
        Figure("time", f"{seconds:.0f} s", f"{len(records) / seconds:,.0f} records/s"),
    ]
