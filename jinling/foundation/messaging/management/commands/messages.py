from __future__ import annotations

from typing import Any

from django.conf import settings
from django.core.management.base import CommandParser

from jinling.foundation.messaging import public as messaging
from jinling.web.command import Command as BaseCommand


class Command(BaseCommand):
    help = "List notices by template and status, or the wordings themselves: messages counts|templates."

    def add_arguments(self, parser: CommandParser) -> None:
        actions = parser.add_subparsers(dest="verb", required=True, metavar="counts|templates")
        self.add_json(actions.add_parser("counts", help="how many notices were sent, wait, failed or were skipped"))
        self.add_json(actions.add_parser("templates", help="the wordings in every language"))

    def handle(self, *args: Any, **options: Any) -> None:
        if options["verb"] == "counts":
            rows: list[dict[str, Any]] = [
                {"template": template, "status": status, "reason": reason, "messages": number}
                for (template, status, reason), number in sorted(messaging.counts().items())
            ]
        else:
            rows = [
                {"template": name, "language": language, "text": messaging.wording(name, language).text}
                for name in sorted(messaging.wordings())
                for language in sorted(dict(settings.LANGUAGES))
            ]
        if options["as_json"]:
            self.print_json(rows)
        else:
            for row in rows:
                self.stdout.write("\t".join(str(value) for value in row.values()))
