"""What terminology finds in a city pack."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest
from django.utils import translation

from jinling.foundation.directory import public as directory
from jinling.foundation.directory.tests.packs import WRENPORT, swap

TERMS = """
code_systems:
  - {code: sex, name: Sex, name_en: Sex, basis: seen, concepts: {"1": Male, "2": Female}}
  - {code: gender, name: G, name_en: G, basis: seen, concepts: {male: {zh: M, en: Male}}}
value_sets:
  - {code: sex, system: sex, name: Sex, name_en: Sex, include: ["1"]}
concept_maps:
  - {code: map, source: sex, target: gender, mappings: {"1": male}}
"""


@pytest.fixture(autouse=True)
def _english() -> Iterator[None]:
    with translation.override("en"):
        yield


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    return Path(shutil.copytree(WRENPORT, tmp_path / "wrenport"))


@pytest.mark.parametrize(
    ("old", "new", "code", "line"),
    [
        ("system: sex", "system: sax", "system_unknown", 6),
        ('include: ["1"]', 'include: ["7"]', "code_unknown", 6),
        ('{"1": male}', '{"1": female}', "code_unknown", 8),
        ('{"1": male}', '{"3": male}', "code_unknown", 8),
        ("code: gender", "code: sex", "duplicate_code", 4),
        ("basis: seen", "basis: heard", "choice_unknown", 3),
    ],
)
def test_each_fault_is_found_with_its_line(folder: Path, old: str, new: str, code: str, line: int) -> None:
    (folder / "terminology.yaml").write_text(TERMS, encoding="utf-8")
    assert directory.check_pack(directory.read_pack(folder)) == []
    swap("terminology.yaml", old, new)(folder)
    found = {(p.file, p.code, p.line) for p in directory.check_pack(directory.read_pack(folder))}
    assert ("terminology.yaml", code, line) in found
