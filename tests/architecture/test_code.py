"""Rules about how code is written, and the proof that each check finds what it is for."""

from __future__ import annotations

import importlib
import re
import subprocess
import sys
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from jinling.kernel.outcomes import Refused
from tests.architecture import reading
from tests.architecture.reading import ROOT, code, place

Check = Callable[[str, str], Iterator[str]]


def found(check: Check, *suffixes: str, tests: bool = False) -> list[str]:
    """Everything that a check has to say about the package."""
    return [
        fault for path in code(*suffixes, tests=tests) for fault in check(place(path), path.read_text(encoding="utf-8"))
    ]


def test_no_file_is_longer_than_400_lines() -> None:
    paths = [*code(".py", ".html", ".js", ".sql", tests=True), *sorted((ROOT / "tests").rglob("*.py"))]
    assert [f for p in paths for f in reading.too_long(place(p), p.read_text(encoding="utf-8"))] == []


def test_no_line_is_wider_than_120_characters() -> None:
    assert found(reading.too_wide, ".html", ".css", ".js") == []


def test_file_names_say_what_is_inside() -> None:
    assert [fault for path in code(".py", tests=True) for fault in reading.banned_name(place(path))] == []


def test_no_chinese_in_code() -> None:
    assert found(reading.chinese, ".py", ".html", ".js", ".css", ".sql", ".txt") == []


# Where the platform's own Chinese is meant, whatever the city speaks, and why.
OF_THE_PLATFORM = {
    "jinling/kernel/languages.py": "says which languages the platform speaks",
    "jinling/config/catalogues.py": "compiles the platform's own locale files, which are English to Chinese",
    "jinling/foundation/terminology/usecases.py": "in packs, the key of a concept's own name",
}


def test_a_language_is_asked_for_in_one_place() -> None:
    told = [*found(reading.languages, ".py"), *found(reading.languages_of_template, ".html")]
    assert [fault for fault in told if fault.partition(":")[0] not in OF_THE_PLATFORM] == []


def test_nothing_is_left_unfinished() -> None:
    paths = [*code(".py", ".html", ".js", ".css", ".sql", tests=True), *sorted((ROOT / "tests").rglob("*.py"))]
    assert [f for p in paths for f in reading.unfinished(place(p), p.read_text(encoding="utf-8"))] == []


@pytest.mark.parametrize("planted", ["django.db.models.signals import post_save", "django.dispatch import receiver"])
def test_ruff_forbids_django_signals(planted: str) -> None:
    ran = subprocess.run(
        [Path(sys.executable).parent / "ruff", "check", "--stdin-filename", "jinling/services/planted.py", "-"],
        input=f"from {planted}\n", cwd=ROOT, capture_output=True, text=True, check=False,
    )  # fmt: skip
    assert ran.returncode == 1 and "announce an event through the outbox" in ran.stdout


def test_public_functions_have_types_and_docstrings() -> None:
    assert found(reading.undescribed, ".py") == []


def test_templates_include_only_their_own_files_and_those_of_web() -> None:
    folders = {path: path.relative_to(path.parents[_depth(path)]).parts[0] for path in code(".html")}
    known = frozenset(folders.values())
    faults = []
    for path in folders:
        context = path.parents[_depth(path) + 1].name
        faults += reading.foreign_includes(place(path), path.read_text(encoding="utf-8"), context, known)
    assert faults == []


def _depth(path: reading.Path) -> int:
    return next(depth for depth, parent in enumerate(path.parents) if parent.name == "templates")


@pytest.mark.parametrize(
    ("check", "planted"),
    [
        (reading.too_long, "x = 1\n" * 401),
        (reading.too_wide, "<p>" + "x" * 118 + "</p>\n"),
        (reading.chinese, 'LABEL = "\u9884\u7ea6"\n'),
        (reading.languages, 'own = language.startswith("zh")\n'),
        (reading.languages, 'own = language != "en"\n'),
        (reading.languages, 'with override("en"):\n    pass\n'),
        (reading.languages_of_template, '{% if LANGUAGE_CODE == "en" %}x{% endif %}\n'),
        (reading.languages_of_template, "{% if language == 'en' %}x{% endif %}\n"),
        (reading.unfinished, "x = 1  # TO" + "DO later\n"),
        (reading.unfinished, "@pytest.mark." + "skip\ndef test_it(): ...\n"),
        (reading.undescribed, "def book(who, when):\n    return 1\n"),
        (reading.undescribed, "def book(who: str) -> int:\n    return 1\n"),
        (reading.undescribed, "class Desk:\n    def book(self, who):\n        '''Take.'''\n"),
    ],
)
def test_each_check_finds_a_planted_fault(check: Check, planted: str) -> None:
    assert list(check("planted.py", planted))


def test_the_checks_pass_clean_code() -> None:
    clean = 'def book(who: str) -> int:\n    """Take one place."""\n    return 1\n'
    for check in (reading.too_long, reading.too_wide, reading.chinese, reading.unfinished, reading.undescribed):
        assert list(check("clean.py", clean)) == []


def test_planted_names_and_includes_are_found() -> None:
    known = frozenset({"portal", "scheduling", "web"})
    assert list(reading.banned_name("jinling/services/scheduling/utils.py"))
    assert not list(reading.banned_name("jinling/services/scheduling/rules.py"))
    assert list(reading.foreign_includes("x.html", '{% include "portal/tile.html" %}', "scheduling", known))
    assert not list(reading.foreign_includes("x.html", '{% extends "web/base.html" %}', "scheduling", known))


def test_who_asks_is_asked_in_one_way() -> None:
    """``actor(request)`` of the web shelf; only the guards of access set what it gives."""
    asked = [place(path) for path in code(".py") if "request.actor" in path.read_text(encoding="utf-8")]
    assert [path for path in asked if not path.startswith(("jinling/foundation/access/", "jinling/web/"))] == []


def test_a_permission_is_named_by_its_constant() -> None:
    """``rights.py`` of each context writes a permission once; a page with a slip of the pen would let nobody in."""
    literal = re.compile(
        r"""(?:permission_required\(|\bhas\([^"\n]*|\bensure\([^"\n]*|permission=)["'][a-z_]+\.[a-z_.]+["']|"""
        r"""Permission\(["']"""
    )
    faults = [
        f"{place(path)}: {found.group()}"
        for path in code(".py")
        for found in literal.finditer(path.read_text(encoding="utf-8"))
    ]
    assert faults == []


def test_a_patient_is_pointed_at_in_one_way() -> None:
    faults = [
        place(path)
        for path in code(".py")
        if '"mpi.Patient"' in path.read_text(encoding="utf-8") and "foundation/mpi" not in place(path)
    ]
    assert faults == []


def refusals() -> list[type[Refused]]:
    """Every refusal of the platform, tests aside."""
    for path in code(".py"):
        text = path.read_text(encoding="utf-8")
        if re.search(r"^class \w+\((?:\w+\.)?(?:Refused|NotFound|Denied|Invalid|Conflict|\w+Refused)\)", text, re.M):
            importlib.import_module(place(path).removesuffix(".py").replace("/", "."))
    found, waiting = [], [Refused]
    while waiting:
        kind = waiting.pop()
        waiting += kind.__subclasses__()
        if kind.__module__.startswith("jinling.") and ".tests." not in kind.__module__:
            found.append(kind)
    return found


def test_refusals_are_named_by_what_they_are_about() -> None:
    """``<Noun>Unknown`` with the code ``<noun>_unknown``: codes are public, and one thing has one name."""
    faults = [
        f"{kind.__module__}.{kind.__name__}: {kind.code}"
        for kind in refusals()
        if re.match(r"Unknown|NoSuch", kind.__name__)
        or re.match(r"unknown_|no_such_", kind.code)
        or (kind.code.endswith("_unknown") and not kind.__name__.endswith("Unknown"))
        or (kind.__name__.endswith("Unknown") and not kind.code.endswith("_unknown"))
    ]
    assert faults == []


def test_one_code_means_one_thing() -> None:
    """Two classes of one code are of two contexts that say the same of the same noun."""
    by_code: dict[str, list[type[Refused]]] = {}
    for kind in refusals():
        if "code" in vars(kind):
            by_code.setdefault(kind.code, []).append(kind)
    shared = {code: kinds for code, kinds in by_code.items() if len({kind.__name__ for kind in kinds}) > 1}
    assert shared == {}
