from __future__ import annotations

from typing import Any

from django.core.management.base import CommandParser

from jinling.foundation.access import public as access
from jinling.foundation.directory import public as directory
from jinling.kernel.actor import system
from jinling.web.command import Command as BaseCommand


class Command(BaseCommand):
    help = "Say which hospitals' sites may show pages of the platform in a frame: frames list|allow|forbid."

    def add_arguments(self, parser: CommandParser) -> None:
        actions = parser.add_subparsers(dest="verb", required=True, metavar="list|allow|forbid")
        allow = actions.add_parser("allow", help="let a site of an institution show embeddable pages")
        forbid = actions.add_parser("forbid", help="take it back")
        for action in (allow, forbid):
            action.add_argument("organization", help="the institution's name or code")
            action.add_argument("origin", help="such as https://his.hospital.example")
        listing = actions.add_parser("list", help="institutions and their sites")
        for action in (allow, forbid, listing):
            self.add_json(action)

    def handle(self, *args: Any, **options: Any) -> None:
        if options["verb"] == "list":
            rows = [{"organization": code, "origin": origin} for code, origin in access.frames()]
            if options["as_json"]:
                self.print_json(rows)
            for row in [] if options["as_json"] else rows:
                self.stdout.write("\t".join(row.values()))
            return
        code, origin = directory.resolve(options["organization"]).code, options["origin"]
        if options["verb"] == "allow":
            origin = access.allow_frame(by=system("operator"), organization=code, origin=origin)
        else:
            access.forbid_frame(by=system("operator"), organization=code, origin=origin)
        if options["as_json"]:
            self.print_json({"organization": code, "origin": origin, "allowed": options["verb"] == "allow"})
        else:
            self.stdout.write(f"{code}\t{origin}")
