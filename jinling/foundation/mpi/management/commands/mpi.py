from __future__ import annotations

from dataclasses import asdict
from typing import Any

from django.core.management.base import CommandParser
from django.utils.translation import gettext as _

from jinling.foundation.mpi import worklist
from jinling.foundation.mpi.public import propose
from jinling.kernel.actor import system
from jinling.web.command import Command as BaseCommand


class Command(BaseCommand):
    help = "Keep the patient index: mpi match compares all records, mpi status counts them."

    def add_arguments(self, parser: CommandParser) -> None:
        actions = parser.add_subparsers(dest="verb", required=True, metavar="match|status")
        match = actions.add_parser("match", help="merge records that are certainly one person, propose the likely ones")
        match.add_argument("--propose-only", action="store_true", help="merge nothing; put every pair on the work list")
        self.add_json(match)
        self.add_json(actions.add_parser("status", help="records, merges and pairs that wait"))

    def handle(self, *args: Any, **options: Any) -> None:
        if options["verb"] == "match":
            done = propose(by=system("mpi.match"), merge_certain=not options["propose_only"])
            data = asdict(done)
            text = _("%(records)s records compared, %(merged)s pairs merged, %(proposed)s pairs on the work list.")
        else:
            data = {**worklist.registered(), **worklist.counts()}
            text = _("%(records)s records, %(merged)s merged into others; %(open)s pairs wait.")
        if options["as_json"]:
            self.print_json(data)
        else:
            self.stdout.write(text % data)
