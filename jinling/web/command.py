"""What every ``jinling`` command shares: exit codes, ``--json``, data on stdout, talk on stderr."""

from __future__ import annotations

import argparse
import json
import sys
from collections.abc import Mapping
from typing import Any, Literal, NoReturn

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.db import InterfaceError, OperationalError
from django.utils.module_loading import import_string
from django.utils.translation import gettext
from rich.console import Console

from jinling.kernel.contexts import SocketBroken
from jinling.kernel.outcomes import Refused

OK, REFUSED, USAGE = 0, 1, 2
Need = Literal["nothing", "tables", "city"]


def say(text: str) -> None:
    """One line for the person at the terminal, on stderr."""
    print(text, file=sys.stderr, flush=True)


def terminal() -> Console:
    """A rich console on stderr, for progress and notes."""
    return Console(stderr=True)


def refusal_lines(refused: Refused) -> list[str]:
    """A refusal as lines: what (and where), then how to mend it."""
    from jinling.web.components import told  # noqa: PLC0415 - what pages are made of; a command needs it only to say no

    problem = told(refused)
    lines = [f"{refused.where}: {problem.text}" if refused.where else problem.text]
    return [*lines, problem.mend] if problem.mend else lines


class DatabaseAway(Refused):
    """The database does not answer."""

    code = "database_away"
    status = 503
    text = "The database does not answer (%(error)s)."
    mend = "Look with: jinling doctor"


class Command(BaseCommand):
    """A command of the platform.

    Exit codes: 0 done, 1 refused (``Refused`` or ``CommandError``), 2 used wrongly (argparse).
    ``needs`` says what must be there first: nothing (it looks at no table), the tables, or the tables with the city
    pack in them; an embedded or empty database is then prepared without being asked.
    """

    needs: Need = "city"
    requires_system_checks: list[str] = []
    stealth_options = ("prepare",)

    def create_parser(self, prog_name: str, subcommand: str, **kwargs: Any) -> CommandParser:
        parser = super().create_parser("jinling", subcommand, **kwargs)
        parser.prog = f"jinling {subcommand}"
        # Django's own switches work but are not the stranger's business.
        for action in parser._actions:
            if action.dest in (
                "version",
                "settings",
                "pythonpath",
                "traceback",
                "no_color",
                "force_color",
                "verbosity",
                "skip_checks",
            ):
                action.help = argparse.SUPPRESS
        return parser

    def execute(self, *args: Any, **options: Any) -> str | None:
        try:
            needed = self.needed(options)
            if options.pop("prepare", True) and needed != "nothing":
                import_string(settings.JINLING_PREPARATION)(city=needed == "city")
            return super().execute(*args, **options)
        except SocketBroken as fault:  # a fault of the code, for whoever wrote it
            say(str(fault))
            sys.exit(REFUSED)
        except Refused as refused:
            self._refuse(refused, as_json=bool(options.get("as_json")))
        except (OperationalError, InterfaceError) as error:
            if options.get("traceback"):
                raise
            # The kind of error alone: its text may quote a row.
            self._refuse(
                DatabaseAway(error=type(error.__cause__ or error).__name__), as_json=bool(options.get("as_json"))
            )
        except BrokenPipeError:
            sys.exit(OK)
        except KeyboardInterrupt:
            say(gettext("Stopped."))
            sys.exit(130)
        except CommandError as error:
            if options.get("traceback"):
                raise
            say(str(error))
            sys.exit(error.returncode)

    def needed(self, options: Mapping[str, Any]) -> Need:
        """What must be there for this call; a command of several verbs may answer for each."""
        return self.needs

    def _refuse(self, refused: Refused, *, as_json: bool) -> NoReturn:
        if as_json:
            self.print_json(
                {
                    "refused": refused.code,
                    "where": refused.where,
                    "message": refusal_lines(refused)[0],
                    **_plain(refused.fields),
                }
            )
        for line in refusal_lines(refused):
            say(line)
        sys.exit(REFUSED)

    def add_json(self, parser: Any) -> None:
        """Offer ``--json`` (``options["as_json"]``)."""
        parser.add_argument("--json", action="store_true", dest="as_json", help="print JSON")

    def print_json(self, data: Any) -> None:
        """Data as JSON on stdout; Chinese stays readable."""
        self.stdout.write(json.dumps(data, ensure_ascii=False, indent=2, default=str))


def _plain(fields: Any) -> dict[str, Any]:
    return {key: value for key, value in fields.items() if key not in ("refused", "where", "message")}
