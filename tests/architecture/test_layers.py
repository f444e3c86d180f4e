"""The layer rules hold, and each of them bites when a breach is planted in a copy of the tree."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.architecture.reading import PACKAGE, ROOT

# contract id -> a file of the copy and the import that breaks the contract
BREACHES = {
    "shelves": ("jinling/foundation/outbox/rules.py", "from jinling.config.site import home"),
    "public": ("jinling/foundation/idempotency/usecases.py", "from jinling.foundation.outbox import models"),
    "steps": ("jinling/foundation/outbox/queries.py", "from jinling.foundation.outbox import usecases"),
    "circles": ("jinling/foundation/audit/queries.py", "from jinling.foundation.outbox import public as outbox"),
    "pure": ("jinling/foundation/outbox/rules.py", "import django.db"),
    "engine": ("jinling/foundation/outbox/usecases.py", "import duckdb"),
    "engine_rooms": ("jinling/engine/intake/headers.py", "from jinling.engine.check import rules"),
    "config_rooms": ("jinling/config/database/preparation.py", "from jinling.config.running import serving"),
}
# What has to stand there already for the breach to close a circle.
BESIDES = {"circles": ("jinling/foundation/outbox/usecases.py", "from jinling.foundation.audit import public as audit")}


def lint(tree: Path, *contracts: str) -> subprocess.CompletedProcess[str]:
    """Run import-linter over a tree with this project's contracts."""
    program = "import sys; from importlinter.cli import lint_imports_command; sys.exit(lint_imports_command())"
    options = [part for contract in contracts for part in ("--contract", contract)]
    return subprocess.run(
        [sys.executable, "-c", program, "--config", "pyproject.toml", "--no-cache", *options],
        cwd=tree,
        env={**os.environ, "PYTHONPATH": str(tree)},
        capture_output=True,
        text=True,
        check=False,
    )


@pytest.fixture(scope="module")
def copy(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The package's Python files, the contracts and their configuration in another place."""
    tree = tmp_path_factory.mktemp("tree")
    for path in [
        *PACKAGE.rglob("*.py"),
        *(ROOT / "tests" / "architecture").glob("*.py"),
        ROOT / "tests" / "__init__.py",
    ]:
        target = tree / path.relative_to(ROOT)
        target.parent.mkdir(parents=True, exist_ok=True)
        shutil.copy(path, target)
    shutil.copy(ROOT / "pyproject.toml", tree)
    return tree


@pytest.fixture
def plant(copy: Path) -> Iterator[object]:
    """Adds lines to files of the copy and takes them back afterwards."""
    before: dict[Path, str] = {}

    def add(file: str, line: str) -> None:
        path = copy / file
        before.setdefault(path, path.read_text(encoding="utf-8"))
        path.write_text(path.read_text(encoding="utf-8") + f"\n{line}\n", encoding="utf-8")

    yield add
    for path, text in before.items():
        path.write_text(text, encoding="utf-8")


def test_every_layer_rule_holds(copy: Path) -> None:
    result = lint(copy)
    assert result.returncode == 0, result.stdout[-4000:]


@pytest.mark.parametrize("contract", BREACHES)
def test_each_layer_rule_bites(copy: Path, plant: object, contract: str) -> None:
    assert callable(plant)
    if contract in BESIDES:
        plant(*BESIDES[contract])
    plant(*BREACHES[contract])
    result = lint(copy, contract)
    assert result.returncode == 1, result.stdout[-4000:] + result.stderr[-2000:]
    assert "1 broken" in result.stdout


def test_every_contract_is_proved() -> None:
    import tomllib

    declared = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["tool"]["importlinter"]
    assert {contract["id"] for contract in declared["contracts"]} == set(BREACHES)
