"""What is asked of the checks: how much they find, and how quiet they are over clean months."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, field

from tests.faults.judge import Judge, key

LOWEST = 0.9  # recall over all kinds
LOWEST_KIND = 0.7  # and of each
# In a clean month, on average: some two of its 1,200 figures lie beyond three spreads by chance, and institutions that
# open and close, rows that begin and end, reasons that come and go are warned of each time, for people to look at.
MOST_WARNINGS = 6.0
MOST_HIDDEN = 0.15  # of all planted faults


@dataclass
class Alarms:
    """What was said of clean months."""

    months: int = 0
    errors: list[str] = field(default_factory=list)
    warnings: Counter[str] = field(default_factory=Counter)

    @property
    def average(self) -> float:
        """Warnings in a month."""
        return self.warnings.total() / max(1, self.months)

    @property
    def quiet(self) -> bool:
        """No errors, and few warnings."""
        return not self.errors and self.average <= MOST_WARNINGS

    def __str__(self) -> str:
        """For the terminal."""
        rules = ", ".join(f"{rule} {count}" for rule, count in self.warnings.most_common(12))
        errors = "".join(f"\n  {each}" for each in self.errors[:20])
        return (
            f"{self.months} clean months: {len(self.errors)} errors, {self.average:.2f} warnings a month\n"
            f"warnings: {rules or 'none'}{errors}"
        )


def alarms(judge: Judge) -> Alarms:
    """Examine every clean month."""
    found = Alarms()
    for document, findings in judge.clean():
        found.months += 1
        for each in findings:
            if str(each.severity) == "error":
                found.errors.append(f"{document['period']} {' '.join(key(each))}")
            else:
                found.warnings[str(each.rule)] += 1
    return found
