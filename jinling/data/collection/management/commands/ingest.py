"""``jinling ingest``: files in, counts out."""

from __future__ import annotations

import sys
from dataclasses import asdict
from pathlib import Path
from typing import Any

from django.core.management.base import CommandParser
from django.utils.translation import gettext

from jinling.data.collection.rules import Outcome
from jinling.data.collection.usecases import intake as usecases
from jinling.kernel.actor import system
from jinling.kernel.outcomes import Refused
from jinling.web.command import REFUSED, Command as BaseCommand, refusal_lines, say


class Command(BaseCommand):
    """One or more files of one data set from one institution."""

    help = "Take in files of one data set from one institution: check every row, store the good, name the others."

    def add_arguments(self, parser: CommandParser) -> None:
        """The command line."""
        parser.add_argument("files", nargs="+", metavar="FILE")
        parser.add_argument("--dataset", required=True, metavar="CODE", help="a code that catalogue show prints")
        parser.add_argument("--organization", required=True, metavar="ORG", help="an institution's code or name")
        self.add_json(parser)

    def handle(self, *args: Any, **options: Any) -> None:
        """Take the files in, one after the other; a refused file does not hold up the next."""
        told: list[dict[str, Any]] = []
        refusals = 0
        for name in options["files"]:
            try:
                outcome = usecases.ingest(
                    by=system("ingest"),
                    file=Path(name),
                    data_set=options["dataset"],
                    organization=options["organization"],
                )
                told.append({**asdict(outcome), "file": name})
                if not options["as_json"]:
                    self._tell(name, outcome)
            except Refused as refused:
                refusals += 1
                lines = refusal_lines(refused)
                told.append(
                    {
                        "file": name,
                        "data_set": options["dataset"],
                        "organization": options["organization"],
                        "state": "refused",
                        "submission": getattr(refused, "submission", None),
                        "received": 0,
                        "accepted": 0,
                        "rejected": 0,
                        "rejected_by_rule": {},
                        "duplicates": 0,
                        "corrections": 0,
                        "repeated": False,
                        "refusal": {"code": refused.code, "message": lines[0], "remedy": lines[1] if lines[1:] else ""},
                    }
                )
                say(f"{name}: {lines[0]}")
                for line in lines[1:]:
                    say(f"  {line}")
        if options["as_json"]:
            self.print_json(told)
        if refusals:
            sys.exit(REFUSED)

    def _tell(self, name: str, outcome: Outcome) -> None:
        if outcome.repeated:
            say(gettext("%(file)s came before; this is what became of it then.") % {"file": name})
        self.stdout.write(
            gettext(
                "%(file)s: %(received)s rows, %(accepted)s accepted, %(rejected)s rejected, %(duplicates)s duplicates"
                " (submission %(submission)s, %(state)s)"
            )
            % {**asdict(outcome), "file": name}
        )
        for rule, rows in outcome.rejected_by_rule.items():
            self.stdout.write(f"  {rows:>10}  {rule}")
