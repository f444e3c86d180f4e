"""Workbooks, Parquet and JSON Lines are opened in a child process that may take only so much memory and time.

A hostile file can end the child, never the server: a child that dies is a refused file. The child writes
numbered segments and prints one line of JSON.
"""

from __future__ import annotations

import json
import pickle
import resource
import signal
import subprocess
import sys
from pathlib import Path
from typing import Any

from jinling.engine.intake.headers import Header
from jinling.engine.intake.refusals import ALL, FileRefused, ParsingStopped
from jinling.engine.intake.segments import Limits, Malformed, Segment
from jinling.engine.spec import DataSet


def convert(
    kind: str, path: Path, data_set: DataSet, folder: Path, limits: Limits
) -> tuple[Header, list[Segment], list[Malformed]]:
    """Run the child on one file.

    Raises:
        FileRefused: as the child says, or ``ParsingStopped`` where it did not live to say anything.
    """
    order = pickle.dumps((kind, path, data_set, folder, limits))
    try:
        done = subprocess.run(
            [sys.executable, "-m", "jinling.engine.intake.sandbox"],
            input=order,
            capture_output=True,
            timeout=limits.child_seconds + 30,
            check=False,
        )
    except subprocess.TimeoutExpired:
        raise ParsingStopped(reason="time") from None
    try:
        answer = json.loads(done.stdout.decode("utf-8").rsplit("\n", 2)[-2])
    except (IndexError, ValueError):
        raise ParsingStopped(reason="time" if done.returncode == -signal.SIGXCPU else "the reader was ended") from None
    if "refused" in answer:
        raise ALL.get(answer["refused"], FileRefused)(**answer["fields"])
    segments = [Segment(Path(path), first, rows, numbered=True, safe=False) for path, first, rows in answer["segments"]]
    return Header(tuple(answer["names"])), segments, [Malformed(*one) for one in answer["malformed"]]


def main() -> None:
    """The child's side: limits first, then the order from standard input."""
    order = sys.stdin.buffer.read()
    # The order comes from our own parent; what comes back to it is JSON.
    kind, path, data_set, folder, limits = pickle.loads(order)  # nosec B301
    resource.setrlimit(resource.RLIMIT_AS, (limits.child_memory, limits.child_memory))
    resource.setrlimit(resource.RLIMIT_CPU, (limits.child_seconds, limits.child_seconds))
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    from jinling.engine.intake import conversion  # noqa: PLC0415 - loaded under the limits

    try:
        header, segments, malformed = getattr(conversion, kind)(path, data_set, folder, limits)
        answer: dict[str, Any] = {
            "names": header.names,
            "segments": [(str(one.path), one.first, one.lines) for one in segments],
            "malformed": [(one.row, one.rule, one.text) for one in malformed],
        }
    except FileRefused as refused:
        answer = {"refused": refused.code, "fields": dict(refused.fields)}
    except MemoryError:
        answer = {"refused": "parsing_stopped", "fields": {"reason": "memory"}}
    print(json.dumps(answer), flush=True)


if __name__ == "__main__":
    main()
