"""The register of security requirements: complete, and every test, file and setting that it names is there."""

from __future__ import annotations

import re
from collections import Counter
from pathlib import Path

CHECKOUT = Path(__file__).resolve().parents[3]
REGISTER = CHECKOUT / "docs" / "security" / "asvs.md"
# Requirements of levels 1 and 2 in each chapter of version 5.0.0.
CHAPTERS = {
    1: (8, 19), 2: (4, 7), 3: (8, 11), 4: (2, 8), 5: (4, 5), 6: (13, 22), 7: (6, 12), 8: (4, 3), 9: (4, 3),
    10: (5, 24), 11: (3, 11), 12: (3, 6), 13: (1, 12), 14: (2, 7), 15: (3, 10), 16: (0, 16), 17: (0, 7),
}  # fmt: skip
ROW = re.compile(r"\| (\d+)\.(\d+)\.(\d+) \| ([12]) \| ([^|]+) \| (met|part|not met|n\.a\.) \| ([^|]+) \|")


def rows() -> list[tuple[str, ...]]:
    """Chapter, section, number, level, words, status, evidence of every row."""
    return [found.groups() for line in REGISTER.read_text("utf-8").splitlines() if (found := ROW.fullmatch(line))]


def test_every_requirement_of_both_levels_has_its_row() -> None:
    counted = Counter((int(chapter), level) for chapter, _section, _number, level, *_rest in rows())
    for chapter, (first, second) in CHAPTERS.items():
        assert (counted[chapter, "1"], counted[chapter, "2"]) == (first, second), f"V{chapter}"
    assert len({row[:3] for row in rows()}) == len(rows()) == 253


def test_what_is_met_names_what_holds_it_and_the_rest_says_why() -> None:
    assert [row for row in rows() if not row[6].strip()] == []


def test_everything_that_is_named_is_there() -> None:
    missing = []
    for row in rows():
        for named in re.findall(r"`([^`]+)`", row[6]):
            path, _, function = named.partition("::")
            place = CHECKOUT / path
            if not place.exists() or (function and f"def {function}(" not in place.read_text("utf-8")):
                missing.append((".".join(row[:3]), named))
    assert missing == []


def test_the_sum_at_the_top_is_right() -> None:
    counted = Counter(row[5] for row in rows())
    told = (f"Of 253 requirements: {counted['met']} met, {counted['part']} in part, {counted['not met']} not met, "
            f"{counted['n.a.']} not applicable.")  # fmt: skip
    assert told in REGISTER.read_text("utf-8")
