"""``jinling catalogue``: what hospitals and districts send, and the forms for it."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import Any

from django.core.management.base import CommandError, CommandParser
from django.utils.translation import gettext

from jinling.data.collection.catalogue import checking, templates
from jinling.data.collection.catalogue.reading import catalogue
from jinling.engine.spec import DataSet
from jinling.web.command import Command as Base, say
from jinling.web.output import whole_file


class Command(Base):
    """show, check, template, manual."""

    help = "Show, check and print forms for the data sets that hospitals and districts send."
    needs = "nothing"

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("what", choices=("show", "check", "template", "manual"))
        parser.add_argument(
            "data_set", nargs="?", default="", metavar="CODE", help="a data set's code, such as H_LIS_REPORT"
        )
        parser.add_argument("--required-of", choices=("hospital", "district"), default="", help="only these data sets")
        parser.add_argument("--format", choices=("csv", "xlsx"), default="csv", help="of the form (template)")
        parser.add_argument(
            "-o", "--output", default="", metavar="FILE", help="where to write; a form goes to CODE.csv or CODE.xlsx"
        )
        self.add_json(parser)

    def handle(self, *args: Any, **options: Any) -> None:
        getattr(self, f"_{options['what']}")(options)

    def _show(self, options: dict[str, Any]) -> None:
        if options["data_set"]:
            one = catalogue().find(options["data_set"])
            if options["as_json"]:
                self.print_json(as_plain(one, columns=True))
            else:
                self.stdout.write(templates.manual_page(one))
            return
        listed = [one for one in catalogue().data_sets.values() if options["required_of"] in ("", one.required_of)]
        if options["as_json"]:
            self.print_json([as_plain(one) for one in listed])
            return
        for one in listed:
            self.stdout.write(f"{one.code:34} {one.required_of:9} {len(one.columns):4} {one.title}")

    def _check(self, options: dict[str, Any]) -> None:
        found = list(checking.problems(catalogue()))
        if options["as_json"]:
            self.print_json({"data_sets": len(catalogue().data_sets), "problems": found})
        elif found:
            self.stdout.write("\n".join(found))
        if found:
            raise CommandError(gettext("The catalogue has %(count)s problems.") % {"count": len(found)})
        say(gettext("%(count)s data sets, no problems.") % {"count": len(catalogue().data_sets)})

    def _template(self, options: dict[str, Any]) -> None:
        if not options["data_set"]:
            raise CommandError(gettext("Name a data set: jinling catalogue template H_LIS_REPORT"), returncode=2)
        one = catalogue().find(options["data_set"])
        path = Path(options["output"] or f"{one.code}.{options['format']}")
        if options["output"] == "-" and options["format"] == "csv":
            sys.stdout.buffer.write(templates.csv_template(one))
            return
        with whole_file(path) as draft:
            if options["format"] == "xlsx":
                templates.xlsx_template(one, draft)
            else:
                draft.write_bytes(templates.csv_template(one))
        say(gettext("%(file)s written.") % {"file": path})

    def _manual(self, options: dict[str, Any]) -> None:
        text = templates.manual_index(catalogue())
        if options["output"]:
            with whole_file(Path(options["output"])) as draft:
                draft.write_text(text, encoding="utf-8")
            say(gettext("%(file)s written.") % {"file": options["output"]})
        else:
            self.stdout.write(text)


def as_plain(data_set: DataSet, *, columns: bool = False) -> dict[str, Any]:
    """A data set as plain values for JSON; with its columns, rules and links if asked."""
    plain: dict[str, Any] = {
        "code": data_set.code,
        "title": data_set.title,
        "required_of": data_set.required_of,
        "group": data_set.group,
        "columns": len(data_set.columns),
        "key": list(data_set.key),
        "event_date": data_set.event_date,
        "source": data_set.source,
    }
    if columns:
        plain["columns"] = [
            {
                "name": column.name,
                "title": column.title,
                "format": str(column.format),
                "required": column.required,
                "value_set": column.value_set,
                "values": dict(column.values),
                "check": column.check,
                "pattern": column.pattern,
                "low": column.low,
                "high": column.high,
                "future": column.future,
                "element": column.element,
            }
            for column in data_set.columns
        ]
        plain["rules"] = [
            {"rule": rule.code, "when": list(rule.when), "tolerance": rule.tolerance} for rule in data_set.rules
        ]
        plain["references"] = [
            {"columns": list(one.columns), "to": one.to, "on": list(one.on)} for one in data_set.references
        ]
    return plain
