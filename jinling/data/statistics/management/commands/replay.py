from __future__ import annotations

import argparse
from typing import Any

from django.core.management.base import CommandParser
from django.utils.translation import get_language, gettext
from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TaskID, TextColumn, TimeRemainingColumn

from jinling.data.statistics import printing, public as statistics
from jinling.kernel import actor
from jinling.web.command import Command as BaseCommand, say, terminal
from jinling.web.notation import number


def _scale(text: str) -> float:
    try:
        value = float(text)
    except ValueError:
        value = 0.0
    if not 0 < value <= 1:
        raise argparse.ArgumentTypeError(gettext("a number above 0 and at most 1, not %(text)s") % {"text": text})
    return value


def _seed(text: str) -> int:
    if not (text.isascii() and text.isdecimal() and len(text) <= 18):
        raise argparse.ArgumentTypeError(gettext("a whole number of at most 18 digits, not %(text)s") % {"text": text})
    return int(text)


class Command(BaseCommand):
    help = "Turn a month's printed figures into events: replay FILE. The same file again does nothing."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("file", metavar="FILE", help="JSON in the form of the city pack's reference figures")
        parser.add_argument(
            "--scale", type=_scale, default=1.0, help="share of each figure, 0 < scale <= 1 (default 1)"
        )
        parser.add_argument("--only", nargs="+", action="extend", default=[], metavar="TABLE", help="these tables only")
        parser.add_argument("--seed", type=_seed, default=201805, help="the same seed gives the same events")
        self.add_json(parser)

    def handle(self, *args: Any, **options: Any) -> None:
        try:
            file = statistics.read_file(options["file"], only=options["only"])
        except statistics.ReplayFileRefused as refused:
            # Each problem is a line of its own; the refusal then says that nothing was written.
            lines = printing.problem_lines(refused.fields["problems"])
            for line in lines:
                say(line)
            raise statistics.ReplayFileRefused(where=refused.where, problems=lines) from None
        talk = _Talk(terminal())
        with talk:
            outcome = statistics.replay(
                by=actor.system("replay"),
                file=file,
                scale=options["scale"],
                seed=options["seed"],
                only=options["only"],
                tell=talk.hear,
            )
        statistics.keep(file.period)  # what strangers read is counted before anyone asks
        if outcome.not_replayed:
            say(
                gettext("Passed over, because no context replays these tables yet: %(tables)s.")
                % {"tables": ", ".join(outcome.not_replayed)}
            )
        differences = statistics.said_checks(outcome.differences, file.period)
        for check in differences:
            say(
                gettext("The file disagrees with itself: %(table)s: %(text)s Printed %(expected)s, rows %(counted)s.")
                % {
                    "table": check.table,
                    "text": check.said.text(get_language() or "") if check.said else check.code,
                    "expected": check.expected,
                    "counted": check.counted,
                }
            )
        if options["as_json"]:
            self.print_json(
                {
                    "period": outcome.period,
                    "scale": options["scale"],
                    "seed": options["seed"],
                    "replayed": [
                        {
                            "replayer": item.replayer,
                            "tables": list(item.tables),
                            "state": item.state,
                            "events": item.events,
                            "chunks": item.chunks,
                            "withdrawn": item.withdrawn,
                        }
                        for item in outcome.replayed
                    ],
                    "not_replayed": list(outcome.not_replayed),
                    "disagreements": [printing.check_document(check) for check in differences],
                }
            )
        else:
            events = sum(item.events for item in outcome.replayed)
            self.stdout.write(
                gettext("%(period)s: %(events)s replayed events stand.")
                % {"period": outcome.period, "events": number(events)}
            )


class _Talk:
    """Says on stderr how a replay goes on: a bar on a terminal, lines where there is none."""

    def __init__(self, console: Console) -> None:
        self.bar = Progress(
            TextColumn("{task.description}"),
            BarColumn(),
            MofNCompleteColumn(),
            TimeRemainingColumn(),
            console=console,
            disable=not console.is_terminal,
        )
        self.tasks: dict[str, TaskID] = {}

    def __enter__(self) -> None:
        self.bar.start()

    def __exit__(self, *error: object) -> None:
        self.bar.stop()

    def hear(self, progress: statistics.Progress) -> None:
        """Takes one step of a replay."""
        tables = ", ".join(progress.tables)
        if progress.kind in ("started", "resumed"):
            self.tasks[progress.replayer] = self.bar.add_task(tables, total=progress.planned, completed=progress.done)
        elif progress.kind == "chunk":
            self.bar.update(self.tasks[progress.replayer], completed=progress.done)
        line = {
            "withdrawing": gettext("%(tables)s: another replay of this month stands and is taken back first ..."),
            "withdrawn": gettext("%(tables)s: %(done)s events of the earlier replay taken back."),
            "started": gettext("%(tables)s: replaying %(planned)s events ..."),
            "resumed": gettext("%(tables)s: going on after %(done)s of %(planned)s events ..."),
            "failed": gettext(
                "%(tables)s: stopped in the part %(label)s after %(done)s of %(planned)s events, which stand; once the "
                "reason is gone, the same command goes on there."
            ),
            "nothing": gettext("%(tables)s: this replay stands already (%(done)s events); nothing to do."),
            "done": gettext("%(tables)s: %(done)s events replayed."),
        }.get(progress.kind)
        if line:
            self.bar.console.print(
                line
                % {
                    "tables": tables,
                    "label": progress.label,
                    "done": number(progress.done),
                    "planned": number(progress.planned),
                },
                highlight=False,
                markup=False,
                soft_wrap=True,
            )
