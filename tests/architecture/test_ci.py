"""In CI a test may not hide behind a missing tool; the scripts are fit for a plain shell."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest

from tests.architecture.reading import ROOT


@pytest.mark.parametrize(("ci", "outcome"), [("true", "1 failed"), ("", "1 skipped")])
def test_a_skipped_test_fails_in_ci_alone(tmp_path: Path, ci: str, outcome: str) -> None:
    hide = "sk" + "ip"
    (tmp_path / "test_hidden.py").write_text(f"import pytest\ndef test_hidden():\n    pytest.{hide}('no browser')\n")
    done = subprocess.run(
        [sys.executable, "-m", "pytest", "-q", "-p", "conftest", "--rootdir", str(tmp_path), str(tmp_path)],
        cwd=tmp_path, capture_output=True, text=True, check=False,
        env={**os.environ, "CI": ci, "PYTHONPATH": str(ROOT), "DJANGO_SETTINGS_MODULE": "jinling.config.settings"},
    )  # fmt: skip
    assert outcome in done.stdout.splitlines()[-1], done.stdout + done.stderr


@pytest.mark.parametrize("script", [".ci/run", ".ci/install", ".ci/system-deps"])
def test_scripts_are_executable_and_read_by_their_shell(script: str) -> None:
    path = ROOT / script
    shell = "bash" if "bash" in path.read_text().splitlines()[0] else "sh"
    assert os.access(path, os.X_OK)
    assert subprocess.run([shell, "-n", str(path)], check=False).returncode == 0


def test_every_door_of_the_makefile_is_told_by_help() -> None:
    told = subprocess.run(
        ["make", "--no-print-directory", "help"], cwd=ROOT, capture_output=True, text=True, check=True
    )
    doors = {line.split()[1] for line in told.stdout.splitlines()}
    declared = next(line for line in (ROOT / "Makefile").read_text().splitlines() if line.startswith(".PHONY:"))
    assert doors == set(declared.split()[1:])
