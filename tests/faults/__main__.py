"""Measures in full: ``python -m tests.faults`` prints what is found, missed, and hidden with its argument."""

from __future__ import annotations

import argparse
import os
import sys

import django


def main() -> None:
    """Judge, print, and say with the exit code whether it holds."""
    asked = argparse.ArgumentParser(prog="python -m tests.faults", description=__doc__)
    asked.add_argument("--count", type=int, default=30, help="instances of each kind")
    asked.add_argument("--each", action="store_true", help="print every planted fault with the rules that found it")
    options = asked.parse_args()
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "jinling.config.settings")
    django.setup()
    from jinling.config.database.preparation import ensure_prepared  # these need Django
    from jinling.data.statistics.public import examine
    from tests.faults.hiding import HIDDEN
    from tests.faults.judge import Judge, by_kind, lines, missed, recall, table
    from tests.faults.scoring import LOWEST, LOWEST_KIND, alarms

    ensure_prepared(city=True)  # names are read by the city's directory
    judge = Judge(examine)
    verdicts = judge.verdicts(options.count)
    print(table(verdicts))
    if options.each:
        print(f"\nplanted:\n{lines(verdicts)}")
    print(f"\nmissed:\n{lines(missed(verdicts))}")
    print("\nhidden:", *(f"{reason}: {argument}" for reason, argument in HIDDEN.items()), sep="\n")
    print(lines(each for each in verdicts if each.fault.hidden))
    clean = alarms(judge)
    print(f"\n{clean}")
    held = recall(verdicts) >= LOWEST and all(recall(those) >= LOWEST_KIND for those in by_kind(verdicts).values())
    sys.exit(not (held and clean.quiet))


if __name__ == "__main__":
    main()
