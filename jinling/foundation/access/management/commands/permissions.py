from __future__ import annotations

from pathlib import Path
from typing import Any

from django.core.management.base import CommandParser

from jinling.foundation.access import public as access
from jinling.web.command import Command as BaseCommand, say


class Command(BaseCommand):
    help = "Print which role may use which address, in which relation."
    prepares = False

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("-o", "--output", type=Path, metavar="FILE", help="write the page of the documentation")
        self.add_json(parser)

    def handle(self, *args: Any, **options: Any) -> None:
        if options["as_json"]:
            self.print_json(
                [
                    {
                        "address": cell.route.pattern,
                        "method": cell.route.method,
                        "role": cell.role,
                        "relation": cell.relation,
                        "allowed": cell.allowed,
                    }
                    for cell in access.cells()
                ]
            )
        elif options["output"]:
            options["output"].parent.mkdir(parents=True, exist_ok=True)
            options["output"].write_text(access.markdown(), encoding="utf-8")
            say(str(options["output"]))
        else:
            self.stdout.write(access.markdown())
