from __future__ import annotations

import json
import os
import shutil
import sys
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from django.conf import settings
from django.core.management.base import CommandParser
from django.utils import translation
from django.utils.translation import gettext

from jinling.data.statistics import printing, public as statistics
from jinling.data.statistics.rules.refusals import FormatUnknown
from jinling.kernel.languages import ENGLISH, primary
from jinling.web.command import Command as BaseCommand, say
from jinling.web.output import whole_file

FORMATS = ("table", "json", "html", "md", "csv")
SUFFIXES = {".json": "json", ".html": "html", ".htm": "html", ".md": "md", ".txt": "table", ".csv": "csv"}
PLAIN_WIDTH = 160  # where no terminal says how wide it is


class Command(BaseCommand):
    help = "Print the bulletin of a month, as it was released or counted from the events that stand: bulletin 2018-05."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("period", metavar="YYYY-MM", help="the month")
        forms = "table (default), json, html, md or csv; else as -o is named"
        parser.add_argument("--format", choices=FORMATS, help=forms)
        parser.add_argument("--only", nargs="+", action="extend", default=[], metavar="TABLE", help="these tables only")
        spoken = [primary(code) for code, _name in settings.LANGUAGES]
        parser.add_argument("--lang", choices=spoken, help="language of headings (default: the city's)")
        parser.add_argument("-o", "--output", metavar="FILE", help="write to a file, whole or not at all")
        parser.add_argument("--recount", action="store_true", help="count a month that was released all the same")
        parser.add_argument("--edition", type=int, metavar="N", help="an edition of the release, 1 the first")
        parser.add_argument("--compare", action="store_true", help="what a count of now would change in the release")
        self.add_json(parser)

    def handle(self, *args: Any, **options: Any) -> None:
        output = Path(options["output"]) if options["output"] else None
        form = options["format"] or ("json" if options["as_json"] else "")
        if output and not form and output.suffix.lower() not in SUFFIXES:
            raise FormatUnknown(where=output.name, form=output.suffix or output.name, forms=", ".join(SUFFIXES))
        form = form or (SUFFIXES[output.suffix.lower()] if output else "table")
        with translation.override(ENGLISH if options["lang"] == ENGLISH else settings.LANGUAGE_CODE):
            if options["compare"]:
                return self._compare(options["period"], options["as_json"])
            bulletin = self._bulletin(options)
            text = self._text(bulletin, form, to_file=output is not None)
            failed = [check for check in bulletin.checks if not check.ok]
            if output:
                with whole_file(output) as draft:
                    draft.write_text(text, encoding="utf-8", newline="")
                say(gettext("%(file)s written.") % {"file": output})
            else:
                self.stdout.write(text, ending="")
                self.stdout.flush()
            for check in failed if form in ("json", "html") or output else ():
                say(
                    gettext("A check does not hold: %(table)s: %(text)s")
                    % {"table": check.table, "text": printing.check_document(check)["text"]}
                )

    def _bulletin(self, options: dict[str, Any]) -> statistics.Bulletin:
        """A month as it was released; counted now where it never was, or where that is asked for."""
        period, only, version = statistics.month(options["period"]), options["only"], options["edition"]
        if version is not None or (not options["recount"] and statistics.approved(period).exists()):
            return statistics.kept_bulletin(period, only=only, version=version)
        return statistics.bulletin(period, only=only)

    def _compare(self, period: str, as_json: bool) -> None:
        found = statistics.compare(period)
        if as_json:
            changes = [change.stored() for change in found.changes]
            apart = [printing.check_document(check) for check in found.apart]
            since = [change.stored() for change in found.since]
            version = found.release.version if found.release is not None else None
            told = {"period": period, "version": version, "revises": found.revises, "changes": changes}
            self.print_json({**told, "apart": apart, "since_prepared": since})
            return
        if found.release is None:
            say(gettext("%(period)s was never released.") % {"period": period})
        self._write(found.changes)
        if found.since:
            say(gettext("What waits for approval has changed since it was prepared:"))
            self._write(found.since)
        for check in found.apart:
            said = printing.check_document(check)
            say(f"{check.table}: {said['text']} {said['expected']} / {said['counted']}")
        if found.release is not None and not found.changes:
            say(gettext("Nothing differs."))

    def _write(self, changes: Sequence[statistics.Change]) -> None:
        for change in changes:
            place = "\t".join(filter(None, (change.table, change.name or change.row, change.column or change.part)))
            self.stdout.write(f"{place}\t{change.before}\t{change.after}")

    def _text(self, bulletin: statistics.Bulletin, form: str, *, to_file: bool) -> str:
        if form == "json":
            return json.dumps(printing.document(bulletin), ensure_ascii=False, indent=2) + "\n"
        if form == "csv":
            return printing.records(bulletin)
        printable = printing.printable(bulletin)
        if form == "html":
            return printing.standalone(printable)
        if form == "md":
            return printing.markdown(printable)
        shown = not to_file and sys.stdout.isatty()
        wide = "COLUMNS" in os.environ
        width = shutil.get_terminal_size().columns if shown or wide else PLAIN_WIDTH
        return printing.terminal_text(printable, width=width, colour=shown and "NO_COLOR" not in os.environ)
