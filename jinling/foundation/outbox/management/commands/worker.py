from __future__ import annotations

from typing import Any

from django.core.management.base import CommandParser
from django.utils.translation import gettext

from jinling.foundation.outbox import public as outbox
from jinling.web.command import Command as BaseCommand, say


class Command(BaseCommand):
    help = "Run scheduled work and deliver waiting events, until stopped; --list names the work."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--concurrency", type=int, default=4, help="jobs at the same time (4)")
        parser.add_argument("--list", action="store_true", help="name the scheduled work and leave")
        parser.add_argument(
            "--prepared", dest="prepare", action="store_false", help="the database is known to be at this version"
        )
        self.add_json(parser)

    def handle(self, *args: Any, **options: Any) -> None:
        jobs = [{"job": job.name, "cron": job.cron} for job in outbox.scheduled_jobs()]
        if options["list"] and options["as_json"]:
            self.print_json(jobs)
        elif options["list"]:
            for job in jobs:
                self.stdout.write(f"{job['cron']:<20}{job['job']}")
        else:
            say(
                gettext("The worker runs: %(count)s scheduled jobs, and the delivery of events.") % {"count": len(jobs)}
            )
            outbox.work(concurrency=options["concurrency"])
