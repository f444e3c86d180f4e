from __future__ import annotations

import sys
from collections.abc import Mapping
from typing import Any

from django.core.management.base import CommandParser
from django.utils.translation import gettext, ngettext

from jinling.foundation.directory import public as directory
from jinling.kernel.actor import system
from jinling.web.command import REFUSED, Command as BaseCommand, Need, say


class Command(BaseCommand):
    help = "Check a city pack, or load one: city check PATH, city load [PATH], city texts PATH."

    def add_arguments(self, parser: CommandParser) -> None:
        verbs = parser.add_subparsers(dest="verb", required=True, metavar="check|load|texts")
        check = verbs.add_parser("check", help="list every problem of a pack: file, entry, mend")
        check.add_argument("path", metavar="PATH", help="a folder, or the name of a pack that comes along")
        load = verbs.add_parser("load", help="load a pack; doing it again changes nothing")
        load.add_argument("path", metavar="PATH", nargs="?", help="without it, the pack that JINLING_CITY names")
        texts = verbs.add_parser("texts", help="write the catalogue of the city's language, with what it lacks empty")
        texts.add_argument("path", metavar="PATH", help="a folder")
        for verb in (check, load, texts):
            self.add_json(verb)

    def needed(self, options: Mapping[str, Any]) -> Need:
        """A pack is checked without a database, and loaded where no other one was."""
        return "tables" if options["verb"] == "load" else "nothing"

    def handle(self, *args: Any, **options: Any) -> None:
        if options["verb"] == "check":
            self._check(options["path"], options["as_json"])
        elif options["verb"] == "texts":
            self._texts(options["path"], options["as_json"])
        else:
            self._load(options["path"], options["as_json"])

    def _check(self, path: str, as_json: bool) -> None:
        pack = directory.read_pack(path)
        found = directory.examine(pack)
        problems, remarks = [p for p in found if not p.remark], [p for p in found if p.remark]
        if as_json:
            told = {"problems": [p.as_dict() for p in problems], "remarks": [p.as_dict() for p in remarks]}
            self.print_json({"pack": str(pack.path), "ok": not problems, **told})
        for problem in () if as_json else problems:
            self.stdout.write(str(problem))
        for remark in () if as_json else remarks:
            say(str(remark))
        if remarks:
            count = len(remarks)
            say(ngettext("%(count)s remark.", "%(count)s remarks.", count) % {"count": count})
        if problems:
            count = len(problems)
            say(ngettext("%(count)s problem.", "%(count)s problems.", count) % {"count": count})
            sys.exit(REFUSED)
        say(gettext("%(pack)s can be loaded.") % {"pack": pack.name})

    def _texts(self, path: str, as_json: bool) -> None:
        file = directory.write_catalogue(directory.read_pack(path))
        self.print_json({"file": str(file)}) if as_json else say(gettext("%(file)s written.") % {"file": file})

    def _load(self, path: str | None, as_json: bool) -> None:
        try:
            report = directory.load_pack(path, by=system("city-load"))
        except directory.PackRefused as refused:
            for problem in refused.fields.get("problems", ()):
                say(str(problem))
            raise
        if path is not None and directory.read_pack(path).path != directory.current_pack().path:
            say(gettext("Every command reads this pack when you set JINLING_CITY=%(pack)s.") % {"pack": path})
        if as_json:
            self.print_json(
                {"city": report.city, "name": report.name, "digest": report.digest, "sections": report.sections}
            )
            return
        self.stdout.write(f"{report.name} ({report.city})")
        for section, count in report.sections.items():
            self.stdout.write(f"  {section}: {count}")
