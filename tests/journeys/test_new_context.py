"""A context that ``make context`` writes passes the checks, keeps its patients, and reaches the bulletin."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from pathlib import Path
from string import Template

import pytest
import yaml

from tests.architecture.reading import ROOT

pytestmark = pytest.mark.journey

TABLE = {
    "name": "calls_kept",
    "title": "Calls kept",
    "title_en": "Calls kept",
    "columns": [
        {"code": "organization", "holds": "name", "heading": "Institution", "heading_en": "Institution"},
        {"code": "calls", "heading": "Calls", "heading_en": "Calls", "indicator": "help_line.kept"},
    ],
    "rows": "organization",
    "order": {"by": "calls"},
    "total": True,
}
# Run in the copy: a worker keeps a call for a patient, and the bulletin of the month counts it.
JOURNEY = """
import django
django.setup()
from django.utils import timezone
from jinling.data.statistics import public as statistics
from jinling.foundation.access import public as access
from jinling.foundation.directory import public as directory
from jinling.foundation.mpi import public as mpi
from jinling.kernel.actor import Actor, system
from jinling.services.help_line import public as help_line
[patient] = mpi.register_many(by=system("t"), people=list(mpi.synthetic_people(1, 3, ["320106"])))
hospital = directory.resolve("南京鼓楼医院")
by = Actor(kind="account", id="w", role="help_line_worker", purpose="HOPERAT", organization=hospital.code)
help_line.keep(by=by, patient=patient)
assert access.has(by, "help_line.keep") and "help_line_worker" in access.roles()
month = f"{timezone.localdate():%Y-%m}"
print(statistics.document(statistics.bulletin(month))["tables"]["calls_kept"]["rows"])
"""


@pytest.fixture(scope="module")
def copy(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A copy of the checkout with the new context and a table of the bulletin for it."""
    root = tmp_path_factory.mktemp("house")
    kept = subprocess.run(
        ["git", "ls-files", "-co", "--exclude-standard"], cwd=ROOT, capture_output=True, text=True, check=True
    ).stdout.split("\n")
    for name in filter(None, kept):
        if (ROOT / name).is_file():
            (root / name).parent.mkdir(parents=True, exist_ok=True)
            shutil.copyfile(ROOT / name, root / name)
    if (ROOT / ".mypy_cache").is_dir():  # what types the checkout has is known there
        shutil.copytree(ROOT / ".mypy_cache", root / ".mypy_cache")
    run(
        root, "-m", "scaffold", "services/help_line", "--noun", "HelpCall", "--chinese", "求助电话", "--root", str(root)
    )
    layout = root / "jinling" / "cities" / "nanjing" / "bulletin.yaml"
    text = layout.read_text(encoding="utf-8")
    entry = "\n".join("  " + line for line in yaml.safe_dump([TABLE], allow_unicode=True).splitlines())
    layout.write_text(text.replace("tables:\n", f"tables:\n{entry}\n", 1), encoding="utf-8")
    run(root, "-m", "tests.architecture.reference", static=True)
    run(root, "-m", "jinling", "permissions", "-o", "docs/reference/permissions.md", static=True)
    return root


def run(root: Path, *arguments: str, static: bool = False) -> str:
    """A command in the copy; its output."""
    ours = ("JINLING", "DATABASE", "DJANGO", "PYTEST")
    kept = {name: value for name, value in os.environ.items() if not name.startswith(ours)}
    mine = {
        "PYTHONPATH": str(root),
        "JINLING_HOME": str(root / "var"),
        "DJANGO_SETTINGS_MODULE": "jinling.config.settings",
    }
    if static:
        mine |= {"DATABASE_URL": "postgresql://check@localhost:1/check"}
    done = subprocess.run(
        [sys.executable, *arguments],
        cwd=root,
        env=kept | mine,
        capture_output=True,
        text=True,
        timeout=300,
        check=False,
    )
    assert done.returncode == 0, f"{arguments}: {done.stdout[-3000:]}{done.stderr[-3000:]}"
    return done.stdout


def test_it_passes_the_checks(copy: Path) -> None:
    run(copy, "-m", "ruff", "check", "jinling/services/help_line")
    run(copy, "-m", "ruff", "format", "--check", "jinling/services/help_line")
    run(copy, "-m", "jinling", "contexts", "--check", static=True)
    run(copy, "-m", "jinling", "makemigrations", "--check", "--dry-run", static=True)
    run(copy, "-m", "jinling", "city", "check", "nanjing", static=True)
    run(copy, "-c", "from importlinter.cli import lint_imports_command; lint_imports_command()")
    run(copy, "-m", "mypy", "-p", "jinling.services.help_line", static=True)
    checks = ("catalogues", "code", "faces", "models", "names", "packs", "reference", "sockets", "sql")
    run(copy, "-m", "pytest", "-q", *(f"tests/architecture/test_{name}.py" for name in checks))


def test_its_own_tests_row_security_and_matrix_hold(copy: Path) -> None:
    run(
        copy, "-m", "pytest", "-q", "jinling/services/help_line", "jinling/config/tests/test_wall.py",
        "jinling/foundation/access/tests/test_matrix.py",
    )  # fmt: skip


def test_its_figures_reach_the_bulletin(copy: Path) -> None:
    run(copy, "-m", "jinling", "city", "load")
    assert run(copy, "-c", JOURNEY).strip() == "[['南京鼓楼医院', 1]]"


def test_what_is_no_name_of_a_context_is_refused(copy: Path) -> None:
    from scaffold.__main__ import refusal

    assert "there already" in refusal(copy, "services", "cards", "Thing", "x")
    for shelf, label in (("cellar", "wine"), ("services", "a-b"), ("services", "data")):
        assert "shelf" in refusal(copy, shelf, label, "Bottle", "x")
    assert "capital" in refusal(copy, "services", "wine", "bottle", "x")
    assert "meaning already" in refusal(copy, "services", "wine", "Patient", "x")
    for label, noun in (("class", "Bottle"), ("wine", "None"), ("wine", "For")):
        assert "of the language" in refusal(copy, "services", label, noun, "x")
    for label in ("core", "jobs", "migrations", "rules"):
        assert "a part of every context, or nothing" in refusal(copy, "services", label, "Bottle", "x")
    assert "says status already" in refusal(copy, "services", "status", "Bottle", "x")
    assert refusal(copy, "services", "maternal", "Bottle", "x") == ""
    assert "letters" in refusal(copy, "services", "wine", "Bottle", 'a"b')
    for label in ("wine__list", "_wine", "wine_", "wi", "w" * 31):
        assert "joined by a single _" in refusal(copy, "services", label, "Bottle", "x")
    assert (
        refusal(copy, "services", "wine", "Bottle", "x") == refusal(copy, "services", "wine_list", "Bottle", "x") == ""
    )


def test_a_name_that_its_files_use_otherwise_is_refused(copy: Path, tmp_path: Path) -> None:
    """Whatever is not refused is written so that no name is bound twice or missing."""
    from scaffold.__main__ import TEMPLATES, named, refusal, words, write

    filled = words("services", "wine", "Bottle", "x")
    texts = [Template(one.read_text("utf-8")).substitute(filled) for one in sorted(TEMPLATES.glob("*.py.txt"))]
    names = sorted({name for text in texts for name in named(text)} - {"Bottle", "wine"})
    asked = [("wine", name[:1].upper() + name[1:]) for name in names] + [(name.lower(), "Bottle") for name in names]
    taken = {(label, noun) for label, noun in asked if refusal(copy, "services", label, noun, "x")}
    for label, noun in set(asked) - taken:
        write(tmp_path / f"{label}_{noun}", words("services", label, noun, "x"))
    assert taken.issuperset(("wine", noun) for noun in ("Span", "Count", "Meta", "UUID", "PatientUnknown"))
    assert taken.issuperset((label, "Bottle") for label in ("actor", "router", "rights", "key", "hospital"))
    assert taken.isdisjoint({("wine", "Status"), ("wine", "Schema"), ("calls", "Bottle")})
    run(copy, "-m", "ruff", "check", "--isolated", "--select", "E9,F", str(tmp_path))


@pytest.mark.parametrize(
    ("name", "noun"),
    [
        ("status", "Status"), ("address", "Address"), ("diagnosis", "Diagnosis"), ("stories", "Story"),
        ("calls", "Call"), ("boxes", "Box"), ("classes", "Class"), ("branches", "Branch"), ("dishes", "Dish"),
        ("houses", "House"), ("family_doctors", "FamilyDoctor"), ("days", "Day"),
    ],
)  # fmt: skip
def test_the_noun_is_guessed_from_the_name(name: str, noun: str) -> None:
    from scaffold.__main__ import camel, singular

    assert camel(singular(name)) == noun


def test_what_cannot_be_made_whole_leaves_nothing(copy: Path, capsys: pytest.CaptureFixture[str]) -> None:
    from scaffold.__main__ import main

    before = (copy / "GLOSSARY.md").read_text(encoding="utf-8")
    assert main(["services/axes", "--noun", "Bottle", "--root", str(copy)]) == 1  # the name of a library's app
    assert "Nothing is written" in capsys.readouterr().err
    assert not (copy / "jinling" / "services" / "axes").exists()
    assert (copy / "GLOSSARY.md").read_text(encoding="utf-8") == before


def test_a_minimal_one_is_small(copy: Path) -> None:
    """What stands before its own domain: less than 150 lines."""
    folder = copy / "jinling" / "services" / "help_line"
    mechanism = ("__init__", "apps", "public", "rights", "permissions", "actions", "api", "pages", "events")
    lines = [
        line for name in mechanism for line in (folder / f"{name}.py").read_text("utf-8").splitlines() if line.strip()
    ]
    assert len(lines) < 150
