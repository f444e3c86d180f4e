"""In CI a test may not hide behind a missing tool; the scripts are fit for a plain shell."""

from __future__ import annotations

import os
import re
import runpy
import subprocess
import sys

import pytest

from tests.architecture.reading import ROOT


def inside(pytester: pytest.Pytester, *options: str) -> pytest.RunResult:
    """Tests of a folder of their own, under this project's conftest, in this process."""
    pytester.makeconftest((ROOT / "conftest.py").read_text(encoding="utf-8"))
    return pytester.runpytest_inprocess("-p", "no:django", "-p", "no:playwright", *options)


@pytest.mark.parametrize(("ci", "outcome"), [("true", "failed"), ("", "skipped")])
def test_a_skipped_test_fails_in_ci_alone(
    pytester: pytest.Pytester, monkeypatch: pytest.MonkeyPatch, ci: str, outcome: str
) -> None:
    hide = "sk" + "ip"
    pytester.makepyfile(f"import pytest\ndef test_hidden():\n    pytest.{hide}('no browser')\n")
    monkeypatch.setenv("CI", ci)
    ran = inside(pytester)
    ran.assert_outcomes(**{outcome: 1})
    assert ("which CI does not allow" in ran.stdout.str()) is (outcome == "failed")


def test_journeys_are_left_out_where_speed_is_asked_for(pytester: pytest.Pytester) -> None:
    for name in ("tests/journeys/test_run.py", "tests/browser/test_booking.py", "services/test_rules.py"):
        path = pytester.path / name
        path.parent.mkdir(parents=True)
        path.write_text("def test_it():\n    assert True\n")
    inside(pytester, "-m", "not journey").assert_outcomes(passed=1, deselected=2)
    inside(pytester, "-m", "journey").assert_outcomes(passed=2, deselected=1)


def test_a_file_s_own_tests_do_not_wait_for_processes(pytester: pytest.Pytester) -> None:
    path = pytester.makepyfile("def test_it():\n    assert True\n")
    ran = inside(pytester, "-n", "auto", path.name)
    ran.assert_outcomes(passed=1)
    assert "nodes" not in ran.stdout.str() and "worker" not in ran.stdout.str()


@pytest.mark.parametrize("script", [".ci/run", ".ci/install", ".ci/system-deps"])
def test_scripts_are_executable_and_read_by_their_shell(script: str) -> None:
    path = ROOT / script
    shell = "bash" if "bash" in path.read_text().splitlines()[0] else "sh"
    assert os.access(path, os.X_OK)
    assert subprocess.run([shell, "-n", str(path)], check=False).returncode == 0


def test_what_the_last_step_leaves_out_stands_among_the_checks() -> None:
    checks = runpy.run_path(str(ROOT / ".ci" / "check.py"))["CHECKS"]
    left_out = re.findall(r"--(?:ignore|deselect)[= ]([\w/]+)", (ROOT / ".ci" / "run").read_text(encoding="utf-8"))
    assert {f"pytest -q {folder}" for folder in left_out} <= set(checks)


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
