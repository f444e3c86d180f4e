from __future__ import annotations

from typing import Any

from django.core.management.base import CommandParser

from jinling.foundation.directory import public as directory
from jinling.web.command import Command as BaseCommand


class Command(BaseCommand):
    help = "Find institutions: directory resolve NAME, directory search TEXT, directory list."

    def add_arguments(self, parser: CommandParser) -> None:
        verbs = parser.add_subparsers(dest="verb", required=True, metavar="resolve|search|list")
        resolve = verbs.add_parser("resolve", help="which institution a name, alias or code means")
        resolve.add_argument("name", metavar="NAME")
        search = verbs.add_parser("search", help="institutions by part of a name, pinyin or initials")
        search.add_argument("text", metavar="TEXT")
        listing = verbs.add_parser("list", help="all institutions in print order")
        listing.add_argument("--kind", choices=directory.Kind.values)
        listing.add_argument("--ownership", choices=directory.Ownership.values)
        listing.add_argument("--district", metavar="CODE", help="a district's code or name")
        for verb in (resolve, search, listing):
            self.add_json(verb)

    def handle(self, *args: Any, **options: Any) -> None:
        as_json = options["as_json"]
        if options["verb"] == "resolve":
            found = directory.resolve(options["name"])
            if as_json:
                self.print_json(_entry(found, aliases=True))
            else:
                self.stdout.write(f"{found.code}\t{found.name}")
            return
        if options["verb"] == "search":
            rows = directory.search(options["text"])
        else:
            district = directory.district(options["district"]).code if options["district"] else None
            rows = list(
                directory.organizations(kind=options["kind"], ownership=options["ownership"], district=district)
            )
        if as_json:
            self.print_json([_entry(row) for row in rows])
            return
        for row in rows:
            place = row.district.name if row.district else ""
            self.stdout.write("\t".join((row.code, row.name, row.kind, row.ownership, place)))


def _entry(row: directory.Organization, *, aliases: bool = False) -> dict[str, Any]:
    entry: dict[str, Any] = {
        "code": row.code,
        "name": row.name,
        "name_en": row.name_en,
        "kind": row.kind,
        "ownership": row.ownership,
        "level": row.level,
        "district": row.district.code if row.district else None,
        "district_name": row.district.name if row.district else None,
        "part_of": row.part_of.code if row.part_of else None,
        "active": row.active,
    }
    if aliases:
        entry["aliases"] = [a.name for a in row.aliases.filter(source__in=("pack", "staff")).order_by("id")]
    return entry
