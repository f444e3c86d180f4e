"""Every check, as many at once as there are cores; what failed is said at the end, with the command that shows it."""

from __future__ import annotations

import os
import shlex
import subprocess
import sys
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor, as_completed
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
BANDIT = "bandit --quiet --recursive --configfile pyproject.toml --severity-level medium"
# The long ones first: they end last.
CHECKS = [
    "mypy",
    "pytest -q tests/architecture",
    f"{BANDIT} --exclude jinling/engine jinling",
    f"{BANDIT} --skip B608 jinling/engine",
    "lint-imports",
    "deptry --no-ansi jinling",
    "jinling makemigrations --check --dry-run",
    "ruff format --check .",
    "djangofmt --check jinling",
    "ruff check .",
]


def run(command: str) -> tuple[int, str, float]:
    """Exit code, all that was printed, and seconds."""
    started = time.monotonic()
    program, *arguments = shlex.split(command)
    done = subprocess.run(
        [ROOT / ".venv" / "bin" / program, *arguments],
        cwd=ROOT, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True, check=False,
    )  # fmt: skip
    return done.returncode, done.stdout, time.monotonic() - started


def failures(checks: list[str]) -> Iterator[str]:
    """Run the checks, say how each went, and yield those that failed."""
    with ThreadPoolExecutor(os.cpu_count()) as pool:
        waiting = {pool.submit(run, check): check for check in checks}
        for one in as_completed(waiting):
            code, printed, seconds = one.result()
            print(f"{'ok' if code == 0 else 'FAILED':<7}{seconds:5.1f} s  {waiting[one]}", flush=True)
            if code:
                print(printed, flush=True)
                yield waiting[one]


if __name__ == "__main__":
    failed = list(failures(sys.argv[1:] or CHECKS))
    for check in failed:
        print(f"failed: .venv/bin/{check}")
    sys.exit(1 if failed else 0)
