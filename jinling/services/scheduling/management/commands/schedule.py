from __future__ import annotations

import json
import sys
from datetime import date, timedelta
from pathlib import Path
from typing import Any

from django.core.management.base import CommandParser
from django.utils.translation import gettext
from rich.console import Console
from rich.table import Table

from jinling.kernel.actor import system
from jinling.services.scheduling import public as scheduling
from jinling.services.scheduling.rules.refusals import DaysInvalid, DemandUnreadable
from jinling.services.scheduling.simulation import Demand, simulate
from jinling.web.command import Command as BaseCommand, say
from jinling.web.notation import number

MOST_DAYS = 366


class Command(BaseCommand):
    help = "Publish sessions ahead, or try a release policy on a demand: schedule generate|simulate."

    def add_arguments(self, parser: CommandParser) -> None:
        verbs = parser.add_subparsers(dest="verb", required=True, metavar="generate|simulate")
        ahead = verbs.add_parser("generate", help="publish the sessions that weekly rules give")
        ahead.add_argument("--days", type=int, default=28, help="how many days ahead (28)")
        self.add_json(ahead)
        trial = verbs.add_parser("simulate", help="replay a demand; report who got what by route, district and age")
        trial.add_argument("file", nargs="?", help="a policy and demand as JSON; without it, the city's default policy")
        trial.add_argument("--requests", type=int, default=20000, help="how many people ask (20000)")
        trial.add_argument("--seed", type=int, default=2018, help="the same seed gives the same demand (2018)")
        self.add_json(trial)

    def handle(self, *args: Any, **options: Any) -> None:
        if options["verb"] == "generate":
            self._generate(options)
        else:
            self._simulate(options)

    def _generate(self, options: dict[str, Any]) -> None:
        if not 1 <= options["days"] <= MOST_DAYS:
            raise DaysInvalid(where=f"--days {options['days']}", most=MOST_DAYS)
        until: date = scheduling.today() + timedelta(days=options["days"])
        made = scheduling.generate(by=system("cli"), until=until)
        if options["as_json"]:
            self.print_json({"published": made, "until": until})
        else:
            self.stdout.write(gettext("%(count)s sessions published, up to %(day)s.") % {"count": made, "day": until})

    def _simulate(self, options: dict[str, Any]) -> None:
        demand = Demand.read(_document(options["file"]), requests=options["requests"], seed=options["seed"])
        report = simulate(demand)
        if options["as_json"]:
            self.print_json(report)
            return
        console = Console(file=sys.stdout)
        for name, rows in report["groups"].items():
            table = Table(title=gettext(name))
            for heading in ("", gettext("asked"), gettext("got"), gettext("share")):
                table.add_column(heading, justify="left" if not heading else "right")
            for key, row in rows.items():
                table.add_row(str(key), number(row["asked"]), number(row["got"]), f"{row['share']:.1%}")
            console.print(table)
        say(gettext("%(got)s of %(asked)s requests got a number; %(left)s of %(numbers)s numbers were left.") % report)


def _document(file: str | None) -> Any:
    if file is None:
        return {}
    try:
        return json.loads(Path(file).read_text(encoding="utf-8"))
    except OSError as error:
        why = gettext("there is no such file") if isinstance(error, FileNotFoundError) else error.strerror
        raise DemandUnreadable(where=file, why=why) from None
    except (UnicodeDecodeError, json.JSONDecodeError):
        raise DemandUnreadable(where=file, why=gettext("it is no JSON")) from None
