"""A watched folder, as an SFTP server fills it: ``ORGANIZATION/DATASET/file``.

A file is taken when it has not changed for a while and is not named like one still being written. What was taken goes
to ``done``, what was refused to ``refused`` with a note of the reason beside it.
"""

from __future__ import annotations

from pathlib import Path

from django.utils import timezone

from jinling.data.collection.rules import Channel, Outcome
from jinling.data.collection.usecases.intake import ingest
from jinling.engine.intake.refusals import FileRefused
from jinling.kernel.actor import Actor
from jinling.kernel.outcomes import Refused

STILL_WRITING = (".part", ".tmp", ".filepart", ".swp", "~")
QUIET_SECONDS = 30
OURS = ("done", "refused")


def sweep(root: Path, *, by: Actor, now: float | None = None, quiet: float = QUIET_SECONDS) -> list[Outcome]:
    """Take every quiet file below ``root``; returns what became of those that were not refused."""
    moment, outcomes = timezone.now().timestamp() if now is None else now, []
    for path in sorted(root.glob("*/*/*")):
        organization, data_set = path.parts[-3:-1]
        if organization in OURS or path.is_symlink() or not path.is_file() or path.name.startswith("."):
            continue
        if path.name.lower().endswith(STILL_WRITING) or moment - path.stat().st_mtime < quiet:
            continue
        try:
            outcomes.append(
                ingest(by=by, file=path, data_set=data_set, organization=organization, channel=Channel.FOLDER)
            )
            _move(path, root / "done" / organization / data_set)
        except FileRefused as refused:
            _note(_move(path, root / "refused" / organization / data_set), refused)
        except Refused as refused:
            _note(_move(path, root / "refused" / organization / data_set), refused)
    return outcomes


def _move(path: Path, folder: Path) -> Path:
    folder.mkdir(parents=True, exist_ok=True)
    to = folder / path.name
    number = 1
    while to.exists():
        to, number = folder / f"{path.stem}.{number}{path.suffix}", number + 1
    return path.rename(to)


def _note(path: Path, refused: Refused) -> None:
    path.with_name(f"{path.name}.reason.txt").write_text(
        f"{refused.code}\n{refused.message()}\n{refused.mend_message()}\n", encoding="utf-8"
    )
