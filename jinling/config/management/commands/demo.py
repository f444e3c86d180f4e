from __future__ import annotations

from typing import Any

from django.core.management.base import CommandParser
from django.utils.translation import gettext

from jinling.config import demo
from jinling.config.running import serving
from jinling.web.command import Command as BaseCommand, say


class Command(BaseCommand):
    help = "Load the demo city: the reference month at a scale, and accounts by role."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--scale", type=float, default=0.01, help="share of the month's events (0.01)")
        parser.add_argument("--seed", type=int, default=2018, help="the same seed gives the same city (2018)")
        parser.add_argument(
            "--prepared", dest="prepare", action="store_false", help="the database is known to be at this version"
        )
        self.add_json(parser)

    def handle(self, *args: Any, **options: Any) -> None:
        loaded = demo.load(
            scale=options["scale"],
            seed=options["seed"],
            tell=lambda context: say(gettext("Demo data of %(context)s ...") % {"context": context}),
        )
        serving.remember_demo(demo.asked(options["scale"], options["seed"]))
        logins = demo.logins(fresh=True)
        if options["as_json"]:
            self.print_json({**loaded, "logins": logins})
        else:
            for login in logins:
                self.stdout.write("{role:<28}{username:<24}{password}".format(**login))
