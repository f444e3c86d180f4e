from __future__ import annotations

import importlib.util
from typing import Any

from django.core.management.base import CommandParser
from django.utils.translation import gettext

from jinling.config.assembly import assemble
from jinling.kernel.contexts import contexts, folder_of
from jinling.kernel.sockets import SOCKETS
from jinling.web.command import Command as BaseCommand, say


class Command(BaseCommand):
    help = "Print contexts and the sockets that each one offers."
    needs = "nothing"

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--check", action="store_true", help="hold everything that is offered together first")
        self.add_json(parser)

    def handle(self, *args: Any, **options: Any) -> None:
        if options["check"]:
            assemble()
            say(gettext("Everything that the contexts offer fits together."))
        table = {context.removeprefix("jinling."): offered(context) for context in contexts()}
        if options["as_json"]:
            self.print_json({"sockets": {name: socket.what for name, socket in SOCKETS.items()}, "contexts": table})
            return
        width = max(map(len, table)) + 2
        self.stdout.write(" " * width + "  ".join(SOCKETS))
        for context, sockets in table.items():
            marks = "  ".join(("x" if socket in sockets else ".").ljust(len(socket)) for socket in SOCKETS)
            self.stdout.write(f"{context:<{width}}{marks}".rstrip())


def offered(context: str) -> list[str]:
    """The sockets a context has a module or a data file for."""
    folder = folder_of(context)
    return [
        name
        for name, socket in SOCKETS.items()
        if ((folder / socket.file).is_file() if socket.file else importlib.util.find_spec(f"{context}.{name}"))
    ]
