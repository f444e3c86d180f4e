from __future__ import annotations

from pathlib import Path
from typing import Any

from django.core.management.base import CommandParser
from django.utils.translation import gettext

from jinling.foundation.access import public as access
from jinling.web.command import Command as BaseCommand, say
from jinling.web.output import whole_file


class Command(BaseCommand):
    help = "Print which role may use which address, in which relation."
    needs = "nothing"

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
            with whole_file(options["output"]) as draft:
                draft.write_text(access.markdown(), encoding="utf-8")
            say(gettext("%(file)s written.") % {"file": options["output"]})
        else:
            self.stdout.write(access.markdown())
