from __future__ import annotations

import os
import sys
from collections.abc import Iterable, Mapping
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import Any

from django.conf import settings
from django.core.management.base import CommandParser
from django.utils import translation
from django.utils.translation import gettext, ngettext

from jinling.data.statistics import public as statistics
from jinling.foundation.directory import public as directory
from jinling.kernel.languages import ENGLISH, primary
from jinling.kernel.periods import Period
from jinling.web.command import REFUSED, Command as BaseCommand, say

BEFORE = 14  # months that stand, where none are named


@dataclass(frozen=True, slots=True)
class Given:
    """A month in the form of a file of printed figures, and the scale of each table that was replayed at a part."""

    document: dict[str, Any]
    scales: Mapping[str, float] = field(default_factory=dict)

    @property
    def period(self) -> str:
        """As the document says it."""
        return str(self.document.get("period"))

    def like(self, other: Given) -> Given:
        """Without the tables that another month has at another scale: they say nothing of its figures."""
        tables = self.document.get("tables")
        if not isinstance(tables, dict):
            return self
        kept = {name: own for name, own in tables.items() if self.scales.get(name) == other.scales.get(name)}
        return Given({**self.document, "tables": kept}, self.scales)


def _counted(period: str) -> Given:
    """A month as it is counted; tables that are not counted whole are not in it."""
    pack = directory.current_pack()
    known = {reason["code"] for reason in pack.section("missing_figures", ())}
    made = statistics.document(statistics.bulletin(period))
    tables = {}
    for name, table in made["tables"].items():
        if not table["not_counted"] and known.issuperset(one["reason"] for one in table["missing"]):
            whole = {"printed_total": table["total"], "cumulative": table["cumulative"]}
            tables[name] = {"columns": table["columns"], "rows": table["rows"]}
            tables[name] |= {key: value for key, value in whole.items() if value is not None}
    scales = {name: table["scale"] for name, table in made["tables"].items() if table["scale"] not in (None, 1)}
    return Given({"city": pack.name, "period": made["period"], "tables": tables}, scales)


class Command(BaseCommand):
    help = "Examine a month: figures check FILE|YYYY-MM. A column over months: figures series TABLE COLUMN."

    def add_arguments(self, parser: CommandParser) -> None:
        verbs = parser.add_subparsers(dest="verb", required=True, metavar="check|series")
        check = verbs.add_parser("check", help="hold a month to what its figures can be and to the months before")
        check.add_argument("month", metavar="FILE|YYYY-MM", help="a file of printed figures, or a month to be counted")
        check.add_argument(
            "--against",
            nargs="+",
            action="extend",
            default=[],
            metavar="FILE|YYYY-MM",
            help="earlier months; without it, those before that are replayed here",
        )
        spoken = [primary(code) for code, _name in settings.LANGUAGES]
        check.add_argument("--lang", choices=spoken, help="language of texts (default: the city's)")
        self.add_json(check)
        over = verbs.add_parser("series", help="a column of a table over months, and where it breaks")
        over.add_argument("table", metavar="TABLE")
        over.add_argument("column", metavar="COLUMN")
        over.add_argument("--from", dest="first", metavar="YYYY-MM", help="the first month")
        over.add_argument("--until", dest="last", metavar="YYYY-MM", help="the last month")
        self.add_json(over)

    def handle(self, *args: Any, **options: Any) -> None:
        if options["verb"] == "series":
            return self._series(options)
        return self._check(options)

    def _series(self, options: dict[str, Any]) -> None:
        first, last = (Period.month(text) if text else None for text in (options["first"], options["last"]))
        found = statistics.kept_series(options["table"], options["column"], first=first, last=last)
        if options["as_json"]:
            self.print_json(asdict(found))
            return
        self.stdout.write("\t".join(["", "", *found.months]))
        for line in found.lines:
            values = (line.cells.get(month, "") for month in found.months)
            self.stdout.write("\t".join([line.code, line.name, *map(str, values)]))
        for one in found.breaks:
            self.stdout.write("\t".join(filter(None, [f"# {one.period}", one.why, one.row, one.before, one.after])))
        if not found.months:
            say(gettext("No month has figures yet."))

    def _check(self, options: dict[str, Any]) -> None:
        with translation.override(ENGLISH if options["lang"] == ENGLISH else settings.LANGUAGE_CODE):
            month = self._given(options["month"])
            against = [self._given(one) for one in options["against"]] or self._before(month)
            document = month.document
            before = [one.like(month).document for one in sorted(against, key=lambda one: one.period)]
            self._left_out(month, against)
            found = statistics.examine(document, before=before)
            if options["as_json"]:
                self.print_json(
                    {
                        "period": str(document.get("period")),
                        "against": [str(one.get("period")) for one in before],
                        "findings": [self._plain(finding) for finding in found],
                    }
                )
            else:
                for line in self._lines(found):
                    self.stdout.write(line)
            errors = sum(1 for finding in found if finding.severity == "error")
            say(self._summary(document, before, errors, len(found) - errors))
        if errors:
            sys.exit(REFUSED)

    def _given(self, text: str) -> Given:
        """A file as it stands, or a month as it is counted."""
        if Path(text).suffix or os.path.exists(text):  # a name that no file can have is no file either
            return Given(statistics.read_figures(text))
        return _counted(text)

    def _before(self, month: Given) -> list[Given]:
        months = statistics.months_before(month.period)
        return [_counted(one) for one in months[-BEFORE:]]

    def _left_out(self, month: Given, against: Iterable[Given]) -> None:
        for one in against:
            own, kept = (set(each.document.get("tables") or ()) for each in (one, one.like(month)))
            if own - kept:
                say(
                    gettext("%(period)s: %(tables)s stand at another scale and are not compared.")
                    % {"period": one.period, "tables": ", ".join(sorted(own - kept))}
                )

    def _lines(self, found: Iterable[statistics.Finding]) -> Iterable[str]:
        for finding in found:
            place = ", ".join(part for part in (finding.table, finding.row, finding.column) if part)
            said = gettext("error") if finding.severity == "error" else gettext("worth a look")
            yield f"{said}: {place}: {finding.text} {finding.remedy} [{finding.rule}]"

    def _plain(self, finding: statistics.Finding) -> dict[str, Any]:
        plain = asdict(finding)
        plain.pop("fields")
        return plain

    def _summary(self, document: Any, before: Any, errors: int, warnings: int) -> str:
        held = ngettext("held to %(count)s month before", "held to %(count)s months before", len(before))
        return gettext("%(period)s, %(held)s: %(errors)s errors, %(warnings)s worth a look.") % {
            "period": document.get("period"),
            "held": held % {"count": len(before)},
            "errors": errors,
            "warnings": warnings,
        }
