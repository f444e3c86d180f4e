"""Each section of a city pack belongs to the context that declares it; the foundation knows none of those above it."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator

import pytest

from jinling.foundation.directory.packs.sections import sections
from jinling.kernel.sockets import gather
from tests.architecture.reading import ROOT, code, nodes, place

READS = {"section", "has", "names", "file"}  # of a pack
DIRECTORY = ROOT / "jinling" / "foundation" / "directory"


def declared_above() -> set[str]:
    """Names of the sections that contexts above the foundation declare."""
    return {
        section.name
        for context, module in gather("pack")
        if not context.startswith("jinling.foundation.")
        for section in module.SECTIONS
    }


def known_by_name(where: str, text: str, names: set[str], *, strictly: bool) -> Iterator[str]:
    """Sections that a file names: as a file, in a reading of a pack or, strictly, in any text that is but the name."""
    files = re.compile(rf"(?<![/\w])({'|'.join(sorted(names))})(\.yaml|\.json|/)")
    for node in nodes(text):
        said = [node.value] if isinstance(node, ast.Constant) and isinstance(node.value, str) else []
        if said and (files.search(said[0]) or (strictly and said[0] in names)):
            yield f"{where}:{node.lineno}: {said[0]!r} names a section of a context above"
        if (
            isinstance(node, ast.Call)
            and isinstance(node.func, ast.Attribute)
            and node.func.attr in READS
            and node.args
        ):
            first = node.args[0]
            if isinstance(first, ast.Constant) and first.value in names:
                yield f"{where}:{node.lineno}: {first.value!r} is read, a section of a context above"


def test_the_foundation_knows_no_section_of_a_context_above_it() -> None:
    names = declared_above()
    assert {"channels", "bulletin"} <= names
    files = [path for path in code(".py") if path.is_relative_to(ROOT / "jinling" / "foundation")]
    faults = [
        fault
        for path in files
        for fault in known_by_name(
            place(path), path.read_text(encoding="utf-8"), names, strictly=path.is_relative_to(DIRECTORY)
        )
    ]
    assert faults == []


@pytest.mark.parametrize(
    ("text", "strictly"),
    [
        ('ORDER = ("city", "channels")', True),
        ('what = _("Describe it in bulletin.yaml.")', False),
        ('pack.section("channels")["routes"]', False),
        ('pack.names("reference")', False),
        ('(pack.path / "reference/2018-05.json").read_text()', False),
    ],
)
def test_a_section_known_by_name_is_found(text: str, strictly: bool) -> None:
    assert list(known_by_name("planted.py", text, declared_above(), strictly=strictly)) != []


def test_every_section_is_described_for_people() -> None:
    rows = (ROOT / "jinling" / "cities" / "README.md").read_text(encoding="utf-8")
    described = {re.split(r"[./]", name)[0] for name in re.findall(r"^\| `([^`]+)`", rows, re.M)}
    assert described == {section.name for section in sections()}
