"""Two thousand clients at once, in several processes, and the server killed in the middle."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]


def test_a_rush_oversells_nothing_doubles_nothing_and_loses_nothing_acknowledged() -> None:
    ran = subprocess.run(
        [sys.executable, "-m", "tests.journeys.rush"],
        cwd=ROOT,
        capture_output=True,
        text=True,
        timeout=600,
        check=False,
    )
    assert ran.stdout, ran.stderr[-2000:]
    report = json.loads(ran.stdout)
    assert report["held"], report
    assert report["small"]["booked"] == report["small"]["capacity"] == 50
    assert report["killed"]["without an answer"] > 0
    assert report["large"]["booked"] == report["large"]["asked"]
