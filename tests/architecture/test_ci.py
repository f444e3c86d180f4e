"""In CI a test may not hide behind a missing tool; the scripts are fit for a plain shell."""

from __future__ import annotations

import os
import subprocess
import sys

import pytest

from tests.architecture.reading import ROOT


@pytest.mark.parametrize(("ci", "outcome"), [("true", "failed"), ("", "skipped")])
def test_a_skipped_test_fails_in_ci_alone(
    pytester: pytest.Pytester, monkeypatch: pytest.MonkeyPatch, ci: str, outcome: str
) -> None:
    hide = "sk" + "ip"
    pytester.makeconftest((ROOT / "conftest.py").read_text(encoding="utf-8"))
    pytester.makepyfile(f"import pytest\ndef test_hidden():\n    pytest.{hide}('no browser')\n")
    monkeypatch.setenv("CI", ci)
    ran = pytester.runpytest_inprocess("-p", "no:django", "-p", "no:playwright")
    ran.assert_outcomes(**{outcome: 1})
    assert ("which CI does not allow" in ran.stdout.str()) is (outcome == "failed")


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


def check(*commands: str) -> subprocess.CompletedProcess[str]:
    """What ``make check`` runs, with commands of one's own."""
    return subprocess.run(
        [sys.executable, ROOT / ".ci" / "check.py", *commands], capture_output=True, text=True, check=False
    )


def test_checks_tell_every_failure_at_the_end() -> None:
    ran = check("python -c 'exit(\"one\")'", "python -V", "python -c 'exit(\"two\")'")
    lines = ran.stdout.splitlines()
    assert ran.returncode == 1
    assert {"one", "two"} <= set(lines)
    assert sorted(lines[-2:]) == [f"failed: .venv/bin/python -c 'exit(\"{name}\")'" for name in ("one", "two")]
    assert check("python -V").returncode == 0
