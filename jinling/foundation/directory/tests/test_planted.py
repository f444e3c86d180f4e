"""A context of its own with a section of a pack: checked and loaded, and nothing else was edited."""

from __future__ import annotations

import shutil
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from jinling import services
from jinling.foundation.directory import public as directory
from jinling.foundation.directory.packs import check_pack
from jinling.foundation.directory.packs.sections import sections
from jinling.foundation.directory.tests.packs import WRENPORT
from jinling.kernel.actor import system
from jinling.kernel.contexts import SocketBroken, contexts
from jinling.kernel.sockets import PackSection

PLANTED = """
from jinling.foundation.directory import public as directory
from jinling.kernel.contexts import SocketBroken
from jinling.kernel.sockets import PackFault, PackSection

LOADED = []


class Line(directory.Entry):
    code: directory.Code
    organization: directory.Name


class LinesFile(directory.Entry):
    lines: list[Line]


def check(data, pack):
    yield from directory.duplicates(data, "code")
    for i, line in enumerate(data):
        if pack.find(line["organization"]) is None:
            yield PackFault("organization_unknown", "Nobody answers.", "Name one.", entry=line["code"],
                            at=(i, "organization"))


def load(data, pack):
    LOADED.extend((line["code"], pack.code_of(line["organization"])) for line in data)
    return len(data)


SECTIONS = [PackSection("lines", LinesFile, check, load, required=True)]
"""


@pytest.fixture
def _foundation_only() -> None:
    """Here every context loads what is its own."""


@pytest.fixture
def planted(tmp_path: Path) -> Iterator[Path]:
    """A context on the shelf of services that has nothing but a section of its own, and a pack to try it on."""
    folder = tmp_path / "shelf" / "planted"
    folder.mkdir(parents=True)
    for name, text in {"__init__": "", "apps": "", "pack": PLANTED}.items():
        (folder / f"{name}.py").write_text(text, encoding="utf-8")
    services.__path__.append(str(folder.parent))  # the list that the import system looks at, too
    contexts.cache_clear()
    yield Path(shutil.copytree(WRENPORT, tmp_path / "wrenport"))
    services.__path__.remove(str(folder.parent))
    contexts.cache_clear()
    for name in [name for name in sys.modules if name.startswith("jinling.services.planted")]:
        del sys.modules[name]


def write(folder: Path, *lines: str) -> None:
    """The planted section in a pack."""
    (folder / "lines.yaml").write_text("lines:\n" + "".join(f"  - {line}\n" for line in lines), encoding="utf-8")


def problems(folder: Path) -> set[tuple[str, str, str, int]]:
    """What the check of the whole pack finds."""
    return {(p.file, p.code, p.entry, p.line) for p in check_pack(directory.read_pack(folder))}


def test_a_planted_context_has_its_section_checked(planted: Path) -> None:
    assert problems(planted) == {("lines.yaml", "missing_file", "", 0)}
    write(planted, "{code: A, organization: WGH}", "{code: A, organization: Nowhere, speed: 3}")
    assert problems(planted) == {("lines.yaml", "key_unknown", "A speed", 3)}
    write(planted, "{code: A, organization: WGH}", "{code: A, organization: Nowhere}")
    assert problems(planted) == {
        ("lines.yaml", "duplicate_code", "A", 3), ("lines.yaml", "organization_unknown", "A", 3),
    }  # fmt: skip
    write(planted, "{code: A, organization: WGH}")
    assert problems(planted) == set()


@pytest.mark.django_db
def test_a_planted_context_has_its_section_loaded(planted: Path, wrenport: Path) -> None:
    write(planted, "{code: A, organization: WGH}", "{code: B, organization: H2}")
    report = directory.load_pack(planted, by=system("tests"))
    assert report.sections["lines"] == 2
    assert sys.modules["jinling.services.planted.pack"].LOADED == [("A", "H1"), ("B", "H2")]
    assert directory.is_loaded()


def test_a_section_is_declared_once(planted: Path) -> None:
    sections()
    module = sys.modules["jinling.services.planted.pack"]
    module.SECTIONS = [PackSection("city", module.LinesFile)]  # type: ignore[attr-defined]
    with pytest.raises(SocketBroken, match=r"planted: the pack section city is declared by jinling\.foundation\."):
        sections()
