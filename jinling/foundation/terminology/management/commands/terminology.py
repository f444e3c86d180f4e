from __future__ import annotations

from datetime import date
from typing import Any

from django.conf import settings
from django.core.management.base import CommandParser

from jinling.foundation.terminology import public as terminology
from jinling.web.command import Command as BaseCommand


class Command(BaseCommand):
    help = "Look codes up, today or as of a day: terminology lookup SYSTEM CODE, terminology list [SYSTEM]."

    def add_arguments(self, parser: CommandParser) -> None:
        verbs = parser.add_subparsers(dest="verb", required=True, metavar="lookup|list")
        lookup = verbs.add_parser("lookup", help="what a code is called")
        lookup.add_argument("system", metavar="SYSTEM", help="a code system's code, name, standard, OID or URL")
        lookup.add_argument("code", metavar="CODE")
        listing = verbs.add_parser("list", help="the codes of a code system; without one, the systems")
        listing.add_argument("system", metavar="SYSTEM", nargs="?", default="")
        for verb in (lookup, listing):
            verb.add_argument("--on", metavar="DAY", type=date.fromisoformat, help="YYYY-MM-DD; without it, today")
            verb.add_argument(
                "--language", choices=list(dict(settings.LANGUAGES)), help="without it, the one of the settings"
            )
            self.add_json(verb)

    def handle(self, *args: Any, **options: Any) -> None:
        as_of = {"on": options["on"], "language": options["language"]}
        if options["verb"] == "lookup":
            found = terminology.look_up(options["code"], options["system"], **as_of)
            if options["as_json"]:
                self.print_json(_plain(found))
            else:
                self.stdout.write(found.display)
            return
        shown: list[tuple[str, ...]]
        if options["system"]:
            rows = terminology.codes_in_force(options["system"], **as_of)
            plain, shown = [_plain(row) for row in rows], [(row.code, row.display) for row in rows]
        else:
            plain = [_system(row, options["on"]) for row in terminology.code_systems()]
            shown = [(one["code"], one["standard"], one["version"], one["name"]) for one in plain]
        if options["as_json"]:
            self.print_json(plain)
            return
        for line in shown:
            self.stdout.write("\t".join(line))


def _plain(found: terminology.Meaning) -> dict[str, Any]:
    return {
        "system": found.system,
        "uri": found.uri,
        "version": found.version,
        "code": found.code,
        "display": found.display,
        "from_on": found.from_on,
        "until_on": found.until_on,
        "replaced_by": list(found.replaced_by),
    }


def _system(row: Any, on: date | None) -> dict[str, Any]:
    version = terminology.version_in_force(row, on)
    return {
        "code": row.code,
        "uri": terminology.uri_of(row.code, row.oid, row.url),
        "standard": row.standard,
        "version": version.version,
        "name": row.name,
        "name_en": row.name_en,
        "basis": version.basis,
        "source": version.source,
    }
