from __future__ import annotations

import dataclasses
import sys
from typing import Any

from django.core.management.base import CommandParser
from django.utils.translation import gettext

from jinling.config.observing import doctor
from jinling.web.command import REFUSED, Command as BaseCommand


class Command(BaseCommand):
    help = "Say what is there and what is off on this machine, and how to get it."
    needs = "nothing"

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--port", type=int, default=8000, help="port to look at (8000)")
        self.add_json(parser)

    def handle(self, *args: Any, **options: Any) -> None:
        findings = doctor.examine(options["port"])
        healthy = all(finding.ok for finding in findings if finding.required)
        if options["as_json"]:
            self.print_json({"healthy": healthy, "findings": [dataclasses.asdict(finding) for finding in findings]})
        else:
            for finding in findings:
                state = gettext("ok") if finding.ok else gettext("off")
                self.stdout.write(f"{state:<5}{finding.name:<12}{finding.detail}")
                if not finding.ok:
                    self.stdout.write(f"     {gettext('needed for')}: {finding.needed_for}")
                    self.stdout.write(f"     {finding.remedy}")
        if not healthy:
            sys.exit(REFUSED)
