from __future__ import annotations

from typing import Any

from django.core.management.base import CommandParser
from django.utils.translation import get_language

from jinling.foundation.terminology import public as terminology
from jinling.web.command import Command as BaseCommand


class Command(BaseCommand):
    help = "Look codes up: terminology lookup SYSTEM CODE, terminology list VALUE_SET."

    def add_arguments(self, parser: CommandParser) -> None:
        verbs = parser.add_subparsers(dest="verb", required=True, metavar="lookup|list|translate")
        lookup = verbs.add_parser("lookup", help="what a code is called")
        lookup.add_argument("system", metavar="SYSTEM", help="a code system's code, OID or URL")
        lookup.add_argument("code", metavar="CODE")
        listing = verbs.add_parser("list", help="the codes of a value set")
        listing.add_argument("value_set", metavar="VALUE_SET")
        translate = verbs.add_parser("translate", help="a code read in another system")
        translate.add_argument("concept_map", metavar="MAP")
        translate.add_argument("code", metavar="CODE")
        for verb in (lookup, listing):
            verb.add_argument("--language", choices=["zh-hans", "en"], help="without it, the one of the settings")
        for verb in (lookup, listing, translate):
            self.add_json(verb)

    def handle(self, *args: Any, **options: Any) -> None:
        as_json, verb = options["as_json"], options["verb"]
        if verb == "translate":
            target = terminology.translate(options["code"], options["concept_map"])
            self.print_json({"code": options["code"], "target": target}) if as_json else self.stdout.write(target)
            return
        language = options["language"] or get_language()
        if verb == "lookup":
            system = terminology.code_system(options["system"])
            word = terminology.display(options["code"], system.code, language)
            if as_json:
                self.print_json({"system": system.code, "oid": system.oid, "code": options["code"], "display": word})
            else:
                self.stdout.write(word)
            return
        rows = terminology.choices(options["value_set"], language)
        if as_json:
            self.print_json([{"code": row.code, "display": row.display} for row in rows])
            return
        for row in rows:
            self.stdout.write(f"{row.code}\t{row.display}")
