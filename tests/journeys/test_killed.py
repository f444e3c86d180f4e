"""Every replayer killed in the middle: the same stands in the end. `make drill` kills each again and again."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]


def test_a_killed_replay_goes_on_to_the_same_events() -> None:
    ran = subprocess.run(
        [sys.executable, "-m", "tests.journeys.killed", "--kills", "1"],
        cwd=ROOT,
        capture_output=True,
        text=True,
        timeout=900,
        check=False,
    )
    assert ran.stdout, ran.stderr[-2000:]
    report = json.loads(ran.stdout)
    assert (report["complete"], report["differing"]) == (True, [])
    assert len(report["killed"]) >= 4
    assert all(codes[0] == -9 and codes[-1] == 0 for codes in report["killed"].values())
    assert all(report["stands"].values())
