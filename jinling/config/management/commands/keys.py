from __future__ import annotations

from typing import Any

from django.conf import settings
from django.core.management.base import CommandError, CommandParser
from django.utils.translation import gettext

from jinling.config.database import resealing
from jinling.config.site.home import secret, secret_versions
from jinling.kernel.sealing import SealBroken, keyring
from jinling.web.command import Command as BaseCommand, say, terminal


def _step(text: str) -> int:
    value = int(text)
    if not 0 < value <= 100_000:
        raise ValueError(text)
    return value


class Command(BaseCommand):
    help = "Keep the keys that close identifiers at rest: keys list|add|rotate."

    def add_arguments(self, parser: CommandParser) -> None:
        actions = parser.add_subparsers(dest="verb", required=True, metavar="list|add|rotate")
        listing = actions.add_parser("list", help="versions of the keys and how many values wait for the newest")
        add = actions.add_parser("add", help="make a new version of a key; restart the platform, then: keys rotate")
        add.add_argument("kind", choices=["sealing", "index"])
        rotate = actions.add_parser("rotate", help="bring every value to the newest keys; may be stopped and resumed")
        rotate.add_argument(
            "--step",
            type=_step,
            default=resealing.STEP,
            metavar="N",
            help=f"values in one transaction ({resealing.STEP})",
        )
        for action in (listing, add, rotate):
            self.add_json(action)

    def handle(self, *args: Any, **options: Any) -> None:
        ring = keyring(settings.JINLING_SEALING)
        match options["verb"]:
            case "list":
                rows: list[dict[str, Any]] = [
                    {"column": f"{column.model}.{column.column}", "waiting": resealing.outdated(column, ring)}
                    for column in resealing.columns()
                ]
                held: dict[str, Any] = settings.JINLING_SEALING
                versions = {kind: sorted(held[name]) for kind, name in (("sealing", "keys"), ("index", "index_keys"))}
                if options["as_json"]:
                    self.print_json({"versions": versions, "columns": rows})
                    return
                for kind, numbers in versions.items():
                    self.stdout.write(f"{kind}\t{', '.join(map(str, numbers))}")
                for row in rows:
                    self.stdout.write(f"{row['column']}\t{row['waiting']}")
            case "add":
                version = max(secret_versions(options["kind"])) + 1
                secret(f"{options['kind']}-{version}")
                say(gettext("Restart every process of the platform, then run: jinling keys rotate"))
                if options["as_json"]:
                    self.print_json({"kind": options["kind"], "version": version})
                else:
                    self.stdout.write(str(version))
            case _:
                self._rotate(ring, options)

    def _rotate(self, ring: Any, options: dict[str, Any]) -> None:
        done: dict[str, int] = {}
        try:
            with terminal().status(gettext("Resealing ...")) as status:
                for progress in resealing.reseal(ring, step=options["step"]):
                    done[progress.column] = progress.done
                    status.update(f"{progress.column}: {progress.done}")
        except SealBroken as error:
            raise CommandError(
                gettext("A value does not open: %(error)s. Is an older key missing?") % {"error": error}
            ) from error
        if options["as_json"]:
            self.print_json(done)
        else:
            for column, count in done.items():
                self.stdout.write(f"{column}\t{count}")
