from __future__ import annotations

import json
import os
import shutil
import sys
from pathlib import Path
from typing import Any

from django.core.management.base import CommandParser
from django.utils import translation
from django.utils.translation import gettext

from jinling.data.statistics import printing, public as statistics
from jinling.web.command import Command as BaseCommand, say
from jinling.web.output import whole_file

FORMATS = ("table", "json", "html", "md")
SUFFIXES = {".json": "json", ".html": "html", ".htm": "html", ".md": "md", ".txt": "table"}
PLAIN_WIDTH = 160  # where no terminal says how wide it is


class Command(BaseCommand):
    help = "Print the bulletin of a month, counted from the events that stand: bulletin 2018-05."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("period", metavar="YYYY-MM", help="the month")
        parser.add_argument("--format", choices=FORMATS, help="table (default), json, html or md; else as -o is named")
        parser.add_argument("--only", nargs="+", action="extend", default=[], metavar="TABLE", help="these tables only")
        parser.add_argument("--lang", choices=("zh", "en"), default="zh", help="language of headings (default zh)")
        parser.add_argument("-o", "--output", metavar="FILE", help="write to a file, whole or not at all")
        self.add_json(parser)

    def handle(self, *args: Any, **options: Any) -> None:
        output = Path(options["output"]) if options["output"] else None
        form = options["format"] or ("json" if options["as_json"] else "")
        form = form or SUFFIXES.get(output.suffix.lower() if output else "", "table")
        with translation.override("en" if options["lang"] == "en" else "zh-hans"):
            bulletin = statistics.bulletin(options["period"], only=options["only"])
            text = self._text(bulletin, form, to_file=output is not None)
            failed = [check for check in bulletin.checks if not check.ok]
            if output:
                with whole_file(output) as draft:
                    draft.write_text(text, encoding="utf-8")
                say(gettext("%(file)s written.") % {"file": output})
            else:
                self.stdout.write(text, ending="")
                self.stdout.flush()
            if not bulletin.parts:
                say(gettext("No context counts a table yet."))
            for check in failed if form in ("json", "html") or output else ():
                say(
                    gettext("A check does not hold: %(table)s: %(text)s")
                    % {"table": check.table, "text": statistics.check_text(check, bulletin.period)}
                )

    def _text(self, bulletin: statistics.Bulletin, form: str, *, to_file: bool) -> str:
        if form == "json":
            return json.dumps(statistics.document(bulletin), ensure_ascii=False, indent=2) + "\n"
        printable = printing.printable(bulletin)
        if form == "html":
            return printing.standalone(printable)
        if form == "md":
            return printing.markdown(printable)
        shown = not to_file and sys.stdout.isatty()
        wide = "COLUMNS" in os.environ
        width = shutil.get_terminal_size().columns if shown or wide else PLAIN_WIDTH
        return printing.terminal_text(printable, width=width, colour=shown and "NO_COLOR" not in os.environ)
