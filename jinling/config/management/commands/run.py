from __future__ import annotations

import sys
import time
from typing import Any

from django.conf import settings
from django.core.management.base import CommandParser
from django.utils.translation import gettext

from jinling.config import demo
from jinling.config.assembly import assemble
from jinling.config.observing import doctor
from jinling.config.running import serving
from jinling.config.running.supervisor import Supervisor
from jinling.web.command import REFUSED, Command as BaseCommand, say

DEMO_PATIENCE = 40.0  # seconds


class Command(BaseCommand):
    help = "Serve the platform: web and job worker together, until Ctrl-C; --demo fills it first."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--demo", action="store_true", help="load the demo city unless it is there")
        parser.add_argument("--scale", type=float, default=0.01, help="share of the demo month's events (0.01)")
        parser.add_argument("--seed", type=int, default=2018, help="the same seed gives the same demo (2018)")
        parser.add_argument("--host", default="127.0.0.1", help="address to listen on (127.0.0.1)")
        parser.add_argument("--port", type=int, default=8000, help="port, or the next free one (8000)")
        parser.add_argument("--workers", type=int, default=2, help="web processes (2)")

    def handle(self, *args: Any, **options: Any) -> None:
        started = time.monotonic()
        assemble()
        lost = doctor.undurable()
        if lost:
            raise serving.NotDurable(settings=", ".join(lost))
        port = serving.free_port(options["port"], options["host"])
        if port != options["port"]:
            say(gettext("Port %(asked)s is taken; using %(port)s.") % {"asked": options["port"], "port": port})
        serving.allow_many_connections()

        shared = serving.environment(port)
        supervisor = Supervisor(serving.services(options["host"], port, options["workers"], shared), tell=say)
        supervisor.start("web")  # alone first: the pages are what people wait for
        shown = "127.0.0.1" if options["host"] in ("0.0.0.0", "::") else options["host"]  # nosec B104 - it binds nothing
        url = f"http://{shown}:{port}"
        if serving.wait_until_ready(supervisor, url):
            seconds = time.monotonic() - started
            supervisor.start("worker")
            logins = self._demo(supervisor, options["scale"], options["seed"], shared) if options["demo"] else []
            if not supervisor.stopping.is_set():
                self._introduce(url, logins, seconds)
        elif not supervisor.stopping.is_set():
            say(gettext("The web server does not answer at %(url)s.") % {"url": url})
            supervisor.stop()
            sys.exit(REFUSED)
        code = supervisor.watch()
        say(gettext("Stopped."))
        if code:
            sys.exit(code)

    def _demo(self, supervisor: Supervisor, scale: float, seed: int, shared: dict[str, str]) -> list[dict[str, str]]:
        if serving.demo_is_loaded(demo.asked(scale, seed)):
            return demo.logins(fresh=False)
        ended: list[int] = []

        def then(code: int) -> None:
            ended.append(code)
            if code:
                say(gettext("The demo city was not loaded whole. To go on: jinling demo"))
            else:
                say(gettext("The demo city is loaded."))

        say(gettext("Loading the demo city at scale %(scale)s; the pages are there already ...") % {"scale": scale})
        logins = demo.logins(fresh=True)
        supervisor.beside(serving.demo_loader(scale, seed, shared), then)
        # Addresses and logins are shown with the city behind them, or after a while without waiting for its last rows.
        supervisor.keep(lambda: bool(ended), within=DEMO_PATIENCE)
        return logins

    def _introduce(self, url: str, logins: list[dict[str, str]], seconds: float) -> None:
        lines = ["", f"  Jinling   {url}", ""]
        roles = max((len(login["role"]) for login in logins), default=0) + 2
        names = max((len(login["username"]) for login in logins), default=0) + 2
        by_code = gettext("(signs in by a code, written to %(folder)s)") % {"folder": settings.HOME / "messages"}
        for login in logins:
            secret = login["password"] or by_code
            lines.append(f"  {login['role']:<{roles}}{login['username']:<{names}}{secret}")
        off = [finding for finding in doctor.examine() if not finding.ok and finding.name != "port"]
        if off:
            lines += ["", "  " + gettext("Off on this machine (jinling doctor says how to get it):")]
            lines += [f"  {finding.name:<12}{finding.needed_for}" for finding in off]
        lines += [
            "",
            "  " + gettext("Served after %(seconds).1f s. Ctrl-C stops everything.") % {"seconds": seconds},
            "",
        ]
        self.stdout.write("\n".join(lines))
        self.stdout.flush()
