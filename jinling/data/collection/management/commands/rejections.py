"""``jinling rejections``: the rows of a submission that were not accepted, and why."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from django.core.management.base import CommandParser

from jinling.data.collection.rejections import as_plain, reason, rows_of, workbook
from jinling.web.command import Command as BaseCommand, say


class Command(BaseCommand):
    """Print them, or write the workbook to repair."""

    help = "Show the rejected rows of a submission, or write them as a workbook to repair and send again."

    def add_arguments(self, parser: CommandParser) -> None:
        """The command line."""
        parser.add_argument("submission", metavar="SUBMISSION")
        parser.add_argument("--output", metavar="FILE.xlsx", default="", help="write the workbook here")
        parser.add_argument("--limit", type=int, default=100, help="how many rows to print")
        self.add_json(parser)

    def handle(self, *args: Any, **options: Any) -> None:
        """Print or write."""
        if options["output"]:
            say(f"{options['output']}: {workbook(options['submission'], Path(options['output']))}")
            return
        rows = rows_of(options["submission"], limit=options["limit"])
        if options["as_json"]:
            self.print_json([as_plain(row) for row in rows])
            return
        for row in rows:
            self.stdout.write(f"{row.row}: {reason(row)}")
