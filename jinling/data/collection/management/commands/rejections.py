"""``jinling rejections``: the rows of a submission that were not accepted, and why."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from django.core.management.base import CommandParser
from django.utils import timezone
from django.utils.translation import gettext

from jinling.data.collection.queries import manifest
from jinling.data.collection.rejections import as_plain, reason, rows_of, workbook
from jinling.foundation.directory import public as directory
from jinling.web.command import Command as BaseCommand, say
from jinling.web.output import whole_file


class Command(BaseCommand):
    """Print them, or write the workbook to repair."""

    help = "Show the rejected rows of a submission, or write them as a workbook to repair and send again."

    def add_arguments(self, parser: CommandParser) -> None:
        """The command line."""
        parser.add_argument(
            "submission",
            metavar="SUBMISSION",
            nargs="?",
            default="",
            help="without one: what waits, since when, and whose",
        )
        parser.add_argument("--organization", metavar="ORG", default="", help="only what waits of this institution")
        parser.add_argument("-o", "--output", metavar="FILE.xlsx", default="", help="write the workbook here")
        parser.add_argument("--limit", type=int, default=100, help="how many rows to print")
        self.add_json(parser)

    def handle(self, *args: Any, **options: Any) -> None:
        """Print or write."""
        if not options["submission"]:
            self._waiting(options)
            return
        if options["output"]:
            with whole_file(Path(options["output"])) as draft:
                count = workbook(options["submission"], draft)
            say(gettext("%(file)s written, %(rows)s rows.") % {"file": options["output"], "rows": count})
            return
        rows = rows_of(options["submission"], limit=options["limit"])
        if options["as_json"]:
            self.print_json([as_plain(row) for row in rows])
            return
        for row in rows:
            self.stdout.write(f"{row.row}: {reason(row)}")

    def _waiting(self, options: dict[str, Any]) -> None:
        owner = directory.resolve(options["organization"]).pk if options["organization"] else None
        now = timezone.now()
        waiting = [
            {
                "submission": str(one.submission_id),
                "organization": one.submission.organization.code,
                "data_set": one.submission.data_set,
                "open_rows": one.open_rows,
                "rows": one.rows,
                "owner": one.owner,
                "opened_at": one.opened_at,
                "days": (now - one.opened_at).days,
            }
            for one in manifest.open_rejections(owner)
        ]
        if options["as_json"]:
            self.print_json(waiting)
            return
        for one in waiting:
            self.stdout.write(
                f"{one['submission']} {one['organization']} {one['data_set']} "
                f"{one['open_rows']} of {one['rows']} rows, {one['days']} days, {one['owner']}"
            )
