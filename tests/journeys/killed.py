"""A replay that is killed, as a program of its own: every replayer, in the middle of a transaction and between two.

``python -m tests.journeys.killed`` replays a small month on a fresh platform. Each replayer is killed (SIGKILL)
again and again, the same replay goes on after each, and what stands in the end is compared with the same month replayed
undisturbed. Prints what it found as JSON and exits 1 where events differ.
"""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
from collections.abc import Mapping
from typing import Any

from benchmarks import server

MONTH, ROWS = "2018-05", 3
CHUNKS = 40  # events of one transaction at most, so that a small month has many
KILLED = 3  # times each, or as often as ``--kills`` says


def month() -> Any:
    """Some rows of the printed month, read as any file is."""
    from jinling.data.statistics.queries import replays
    from jinling.foundation.directory import public as directory

    tables = directory.current_pack().section(f"reference/{MONTH}")["tables"]
    asked = {table for one in replays.replayers().values() for table in one.tables}
    content = {
        "city": "nanjing",
        "period": MONTH,
        "tables": {
            name: {"columns": tables[name]["columns"], "rows": tables[name]["rows"][-ROWS - 2 : -2]} for name in asked
        },
    }
    return replays.read_document(content, name="small.json")


def cut_small() -> None:
    """Let the replayers cut their work into small parts."""
    from jinling.data.quality import replays as quality
    from jinling.services.cards import replays as cards
    from jinling.services.scheduling import replays as scheduling

    scheduling.CHUNK = cards.CHUNK = CHUNKS
    quality.CHUNK = 20_000


def replay(tables: tuple[str, ...], *, die: int = 0) -> None:
    """Replay the tables; die in the so manieth part from now, after its writes and before their commit."""
    import django

    django.setup()
    from jinling.data.statistics import public as statistics
    from jinling.data.statistics.usecases import replays
    from jinling.kernel.actor import system
    from jinling.kernel.figures import ReplayChunk

    cut_small()
    run_chunk, done = replays._run_chunk, iter(range(1, 10**9))

    def dying(run: Any, number: int, chunk: ReplayChunk) -> int:
        def deadly() -> int:
            made = chunk.run()
            if next(done) == die:
                os.kill(os.getpid(), signal.SIGKILL)
            return made

        return run_chunk(run, number, ReplayChunk(chunk.label, chunk.events, deadly))

    replays._run_chunk = dying
    statistics.replay(by=system("tests"), file=month(), scale=0.05, only=tables)


def stands() -> dict[str, list[Any]]:
    """What was made, without the ids that every row gets anew."""
    from jinling.data.collection.models import Deployment, DeploymentMonth, Participation, Submission
    from jinling.data.quality.models import StatisticalReturn
    from jinling.services.cards.models import Card
    from jinling.services.scheduling.models import Appointment, ReleaseListing, ReleaseWindow, Session

    asked: Mapping[Any, tuple[str, ...]] = {
        Appointment: ("organization_id", "route", "booked_at", "patient_id", "session__date", "number", "status"),
        Session: ("clinic_id", "date", "part", "capacity", "batch"),
        Card: ("issuer_id", "issued_at", "patient_id", "guardian_id", "kind", "state"),
        ReleaseWindow: ("organization_id", "audience", "first_day", "last_day", "valid_from", "valid_to"),
        ReleaseListing: ("organization_id", "valid_from", "listed"),
        Submission: ("organization_id", "data_set", "received_on", "rows_accepted", "channel"),
        Participation: ("organization_id", "from_on", "required_of", "way", "unlisted"),
        StatisticalReturn: ("organization_id", "district_id", "measure", "value", "comparable"),
        Deployment: ("organization_id", "kind", "workstation"),
        DeploymentMonth: (
            "deployment__organization_id",
            "deployment__kind",
            "deployment__workstation",
            "month",
            "batch",
        ),
    }
    return {
        model.__name__: sorted(str(row) for row in model.objects.values_list(*fields))
        for model, fields in asked.items()
    }


def main(kills: int) -> int:
    """Kill and go on; 0 when the same stands as undisturbed."""
    server.own_home()
    server.set_up()
    from jinling.data.statistics.models import ReplayRun
    from jinling.data.statistics.queries.replays import replayers
    from jinling.foundation.directory import public as directory
    from jinling.kernel.actor import system

    directory.load_pack("nanjing", by=system("tests"))
    killed: dict[str, list[int]] = {}
    for name, one in replayers().items():
        for die in (*range(1, kills + 1), 0):
            command = [sys.executable, "-m", "tests.journeys.killed", str(die), *one.tables]
            ended = subprocess.run(command, capture_output=True, text=True, check=False, timeout=300)
            killed.setdefault(name, []).append(ended.returncode)
            if ended.returncode not in (0, -signal.SIGKILL):
                sys.stderr.write(ended.stderr)
                return 1
    complete = set(ReplayRun.objects.values_list("state", flat=True)) == {"done"}
    after_kills = stands()
    for one in replayers().values():
        one.withdraw(MONTH)
    ReplayRun.objects.all().delete()
    replay(tuple(table for one in replayers().values() for table in one.tables))
    undisturbed = stands()
    differing = [name for name in undisturbed if undisturbed[name] != after_kills[name]]
    counts = {name: len(rows) for name, rows in undisturbed.items()}
    json.dump({"killed": killed, "complete": complete, "differing": differing, "stands": counts}, sys.stdout, indent=1)
    return 0 if complete and not differing else 1


if __name__ == "__main__":
    if sys.argv[1:2] == ["--kills"]:
        sys.exit(main(int(sys.argv[2])))
    elif len(sys.argv) > 1:
        replay(tuple(sys.argv[2:]), die=int(sys.argv[1]))
    else:
        sys.exit(main(KILLED))
