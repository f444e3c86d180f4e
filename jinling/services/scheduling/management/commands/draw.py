from __future__ import annotations

import json
import sys
from pathlib import Path
from typing import Any

from django.core.management.base import CommandParser
from django.utils.translation import gettext

from jinling.services.scheduling.rules.draws import check_receipt
from jinling.services.scheduling.rules.kinds import TicketOutcome
from jinling.services.scheduling.rules.refusals import ReceiptUnreadable
from jinling.web.command import REFUSED, Command as BaseCommand, say


class Command(BaseCommand):
    help = "Draw again from a receipt and say whether it holds: draw verify RECEIPT."
    needs = "nothing"

    def add_arguments(self, parser: CommandParser) -> None:
        verbs = parser.add_subparsers(dest="verb", required=True, metavar="verify")
        verify = verbs.add_parser("verify", help="recompute a draw from its receipt")
        verify.add_argument("receipt", help="the receipt's file, or - for standard input")
        verify.add_argument("--commitment", help="the commitment that was published before the draw")
        self.add_json(verify)

    def handle(self, *args: Any, **options: Any) -> None:
        receipt = _read(options["receipt"])
        problems = check_receipt(receipt, published=options["commitment"])
        if options["as_json"]:
            self.print_json({"holds": not problems, "problems": [str(problem) for problem in problems]})
        elif not problems:
            won = sum(row["outcome"] == TicketOutcome.WON for row in receipt["ranking"])
            self.stdout.write(
                gettext("The draw holds: %(won)s of %(tickets)s tickets won.")
                % {"won": won, "tickets": receipt["tickets"]}
            )
        if problems:
            for problem in problems:
                say(gettext(problem.text) % problem.fields if problem.fields else gettext(problem.text))
            sys.exit(REFUSED)


def _read(place: str) -> Any:
    try:
        text = sys.stdin.read() if place == "-" else Path(place).read_text(encoding="utf-8")
        return json.loads(text)
    except OSError as error:
        raise ReceiptUnreadable(where=place, why=error.strerror or type(error).__name__) from None
    except (UnicodeDecodeError, json.JSONDecodeError) as error:
        raise ReceiptUnreadable(where=place, why=str(error)[:80]) from None
