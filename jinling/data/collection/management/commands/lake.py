"""``jinling lake``: the files that hold the rows, for any program that reads Parquet."""

from __future__ import annotations

from typing import Any

from django.core.management.base import CommandError, CommandParser
from django.utils import timezone
from django.utils.dateparse import parse_date, parse_datetime
from django.utils.translation import gettext

from jinling.data.collection.catalogue.reading import catalogue
from jinling.data.collection.queries import manifest
from jinling.foundation.directory import public as directory
from jinling.kernel.periods import Period
from jinling.web.command import USAGE, Command as BaseCommand, say
from jinling.web.notation import number


class Command(BaseCommand):
    """The current parts, or those of an earlier moment."""

    help = "List the Parquet files that hold the rows, as they are or as they were."

    def add_arguments(self, parser: CommandParser) -> None:
        """The command line."""
        parser.add_argument("--dataset", metavar="CODE", default="", help="only this data set")
        parser.add_argument("--organization", metavar="ORG", default="", help="only this institution's")
        parser.add_argument("--period", metavar="YYYY-MM", default="", help="only this month's")
        when = parser.add_mutually_exclusive_group()
        when.add_argument("--at", metavar="TIME", default="", help="as they were then, such as 2018-05-31T18:00")
        when.add_argument(
            "--after", metavar="SUBMISSION", default="", help="its data set and institution as they were right after it"
        )
        self.add_json(parser)

    def handle(self, *args: Any, **options: Any) -> None:
        """One line, or one object, for each file."""
        if options["after"]:
            parts = manifest.parts_as_of(manifest.submission(options["after"]))
        elif options["at"]:
            parts = manifest.parts_at(_moment(options["at"]))
        else:
            parts = manifest.current_parts()
        if options["dataset"]:
            parts = parts.filter(data_set=catalogue().find(options["dataset"]).code)
        if options["organization"]:
            parts = parts.filter(organization=directory.resolve(options["organization"]))
        if options["period"]:
            parts = parts.filter(period=str(Period.month(options["period"])))
        lake = manifest.lake()
        listed: list[dict[str, Any]] = [
            {
                "address": lake.address(path),
                "data_set": data_set,
                "organization": organization,
                "period": period,
                "rows": rows,
                "size": size,
            }
            for path, data_set, organization, period, rows, size in parts.order_by("path").values_list(
                "path", "data_set", "organization__code", "period", "rows", "size"
            )
        ]
        if options["as_json"]:
            self.print_json(listed)
            return
        for one in listed:
            self.stdout.write(one["address"])
        rows, size = (sum(one[name] for one in listed) for name in ("rows", "size"))
        say(
            gettext("%(files)s files, %(rows)s rows, %(bytes)s bytes.")
            % {"files": len(listed), "rows": number(rows), "bytes": number(size)}
        )


def _moment(text: str) -> Any:
    """An instant; without a zone it is the city's.

    Raises:
        CommandError: it is none.
    """
    try:
        moment, day = parse_datetime(text), parse_date(text)
    except ValueError:
        moment = day = None
    if moment is None and day is not None:
        moment = parse_datetime(f"{text}T00:00")
    if moment is None:
        raise CommandError(
            gettext("%(text)s is no time; write it as 2018-05-31T18:00.") % {"text": text}, returncode=USAGE
        )
    return timezone.make_aware(moment) if timezone.is_naive(moment) else moment
