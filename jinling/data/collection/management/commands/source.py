"""``jinling source``: opened databases, which the centre reads instead of being sent files."""

from __future__ import annotations

import sys
from dataclasses import asdict
from typing import Any

from django.core.management.base import CommandError, CommandParser
from django.utils.translation import gettext

from jinling.data.collection.models import OpenedDatabase
from jinling.data.collection.public import close_database, open_database, opened, pull_one
from jinling.kernel.actor import system
from jinling.kernel.outcomes import Refused
from jinling.web.command import REFUSED, USAGE, Command as BaseCommand, refusal_lines, say

BY = system("source")


class Command(BaseCommand):
    """add, list, pull, close."""

    help = "Declare hospitals' opened databases, and read what changed in them."

    def add_arguments(self, parser: CommandParser) -> None:
        """The command line."""
        forms = parser.add_subparsers(dest="what", required=True)
        add = forms.add_parser("add", help="declare a table that is read from now on, or change what was declared")
        self._which(add, required=True)
        add.add_argument(
            "--secret",
            required=True,
            metavar="NAME",
            help="the environment variable that holds the address: postgresql+psycopg://, mysql+pymysql:// or"
            " mssql+pytds://user:password@host/database",
        )
        add.add_argument("--table", required=True, metavar="SCHEMA.TABLE")
        add.add_argument("--watermark", required=True, metavar="COLUMN", help="the column that grows with every change")
        add.add_argument(
            "--column",
            action="append",
            default=[],
            metavar="NAME=COLUMN",
            help="the table's column for one of the data set's; without any, they are called the same",
        )
        listed = forms.add_parser("list", help="what is declared, how far it was read, and what stood in the way")
        pull = forms.add_parser("pull", help="read now what changed; without a choice, from every open one")
        self._which(pull, required=False)
        close = forms.add_parser("close", help="stop reading a table")
        self._which(close, required=True)
        for one in (add, listed, pull, close):
            self.add_json(one)

    def handle(self, *args: Any, **options: Any) -> None:
        """Do what was asked."""
        getattr(self, f"_{options['what']}")(options)

    def _which(self, parser: Any, *, required: bool) -> None:
        parser.add_argument("--organization", required=required, default="", metavar="ORG", help="code or name")
        parser.add_argument("--dataset", required=required, default="", metavar="CODE")

    def _add(self, options: dict[str, Any]) -> None:
        columns = {}
        for pair in options["column"]:
            name, equals, column = pair.partition("=")
            if not equals or not name or not column:
                raise CommandError(gettext("%(text)s is not NAME=COLUMN.") % {"text": pair}, returncode=USAGE)
            columns[name] = column
        source = open_database(
            by=BY,
            organization=options["organization"],
            data_set=options["dataset"],
            secret=options["secret"],
            table=options["table"],
            watermark=options["watermark"],
            columns=columns or None,
        )
        self._tell([source], options)

    def _list(self, options: dict[str, Any]) -> None:
        self._tell(list(OpenedDatabase.objects.select_related("organization").order_by("pk")), options)

    def _close(self, options: dict[str, Any]) -> None:
        source = close_database(by=BY, organization=options["organization"], data_set=options["dataset"])
        self._tell([source], options)

    def _pull(self, options: dict[str, Any]) -> None:
        if bool(options["organization"]) != bool(options["dataset"]):
            raise CommandError(gettext("Name both --organization and --dataset, or neither."), returncode=USAGE)
        if options["dataset"]:
            sources = [opened(organization=options["organization"], data_set=options["dataset"])]
        else:
            sources = list(OpenedDatabase.objects.filter(active=True).select_related("organization").order_by("pk"))
        told, refusals = [], 0
        for source in sources:
            name = f"{source.organization.code} {source.data_set}"
            try:
                outcome = pull_one(by=BY, source=source)
            except Refused as refused:
                refusals += 1
                for line in refusal_lines(refused):
                    say(f"{name}: {line}")
                continue
            if outcome is None:
                say(gettext("%(name)s: nothing new.") % {"name": name})
                continue
            told.append(asdict(outcome))
            say(
                gettext("%(name)s: %(received)s rows, %(accepted)s accepted, %(rejected)s rejected.")
                % {**asdict(outcome), "name": name}
            )
        if options["as_json"]:
            self.print_json(told)
        if refusals:
            sys.exit(REFUSED)

    def _tell(self, sources: list[OpenedDatabase], options: dict[str, Any]) -> None:
        rows = [
            {
                "organization": one.organization.code,
                "data_set": one.data_set,
                "secret": one.secret,
                "table": one.table,
                "columns": one.columns,
                "watermark_column": one.watermark_column,
                "watermark": one.watermark,
                "active": one.active,
                "read_at": one.read_at,
                "problem": one.problem,
            }
            for one in sources
        ]
        if options["as_json"]:
            self.print_json(rows)
            return
        for row in rows:
            state = row["problem"] or ("open" if row["active"] else "closed")
            self.stdout.write(
                f"{row['organization']} {row['data_set']} {row['table']} {row['watermark'] or '-'} {state}"
            )
