from __future__ import annotations

import importlib.util
from typing import Any

from django.core.management.base import CommandParser

from jinling.kernel.sockets import SOCKETS, contexts
from jinling.web.command import Command as BaseCommand


class Command(BaseCommand):
    help = "Print contexts and the sockets that each one offers."
    prepares = False

    def add_arguments(self, parser: CommandParser) -> None:
        self.add_json(parser)

    def handle(self, *args: Any, **options: Any) -> None:
        table = {context.removeprefix("jinling."): offered(context) for context in contexts()}
        if options["as_json"]:
            self.print_json({"sockets": dict(SOCKETS), "contexts": table})
            return
        width = max(map(len, table)) + 2
        self.stdout.write(" " * width + "  ".join(SOCKETS))
        for context, sockets in table.items():
            marks = "  ".join(("x" if socket in sockets else ".").ljust(len(socket)) for socket in SOCKETS)
            self.stdout.write(f"{context:<{width}}{marks}".rstrip())


def offered(context: str) -> list[str]:
    """The sockets a context has a file for."""
    return [socket for socket in SOCKETS if importlib.util.find_spec(f"{context}.{socket}") is not None]
