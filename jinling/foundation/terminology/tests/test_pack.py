"""What terminology finds in a city pack."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest
from django.utils import translation

from jinling.foundation.directory import public as directory
from jinling.foundation.directory.packs import check_pack
from jinling.foundation.directory.tests.packs import WRENPORT, swap

TERMS = """
code_systems:
  - {code: sex, name: Sex, name_en: Sex, standard: XY 1, version: "1", basis: seen, concepts: {"1": Male, "2": Female}}
  - code: area
    name: Areas
    name_en: Areas
    version: "2020"
    basis: seen
    of_districts: true
    concepts:
      W01: Uptown
      W02: {zh: Downtown, en: Downtown, from_on: 1990-01-01}
      W03: {zh: Old town, until_on: 1990-01-01, replaced_by: [W02]}
"""
DISTRICTS = """
districts:
  - {code: W01, name: Uptown, name_en: Uptown}
  - {code: W02, name: Downtown, name_en: Downtown, formerly: [{code: W03, name: Old town}]}
  - {code: W99, name: Port, name_en: Port, local: true}
"""


@pytest.fixture(autouse=True)
def _english() -> Iterator[None]:
    with translation.override("en"):
        yield


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    made = Path(shutil.copytree(WRENPORT, tmp_path / "wrenport"))
    (made / "terminology.yaml").write_text(TERMS, encoding="utf-8")
    (made / "districts.yaml").write_text(DISTRICTS, encoding="utf-8")
    return made


def faults(folder: Path) -> set[tuple[str, int]]:
    """Codes and lines of what is said of the section; other sections know other districts."""
    found = check_pack(directory.read_pack(folder))
    return {(p.code, p.line) for p in found if p.file == "terminology.yaml"}


def test_a_sound_section_has_no_faults(folder: Path) -> None:
    assert faults(folder) == set()


@pytest.mark.parametrize(
    ("old", "new", "code", "line"),
    [
        ("code: area", "code: sex", "duplicate_code", 4),
        ("name: Areas", "name: x y-1", "name_means_two", 4),
        ('name_en: Areas', 'name_en: "XY1-1"', "name_means_two", 4),
        ("basis: seen,", "basis: heard,", "choice_unknown", 3),
        ('version: "2020"', "oid: 1.2", "missing_key", 4),
        ("replaced_by: [W02]", "replaced_by: [W07]", "code_unknown", 13),
        ("replaced_by: [W02]", "replaced_by: [W03]", "code_unknown", 13),
        ("until_on: 1990-01-01, r", "r", "bad_value", 13),
        ("from_on: 1990-01-01", "from_on: 1990-13-01", "bad_value", 12),
        ("until_on: 1990-01-01", "from_on: 1990-01-01, until_on: 1990-01-01", "bad_value", 13),
        ("standard: XY 1", "of_districts: true", "districts_twice", 4),
        ("W01: Uptown", "W01: Up town", "districts_differ", 11),
        ("W01: Uptown", "W09: Uptown", "districts_differ", 10),
        ("en: Downtown,", "en: Down,", "districts_differ", 12),
        ("W01: Uptown", "W01: {zh: Uptown, until_on: 2000-01-01}", "districts_differ", 11),
        ("Old town,", "Olden town,", "districts_differ", 13),
        ("replaced_by: [W02]", "replaced_by: [W01]", "districts_differ", 13),
        ("until_on: 1990-01-01, replaced_by: [W02]", "en: Old town", "districts_differ", 13),
        ("W01: Uptown", "W01: Uptown\n      W99: Port", "districts_differ", 12),
        ("W01: Uptown", "W01: Uptown\n      W08: {zh: Hill, until_on: 1990-01-01, replaced_by: [W01]}",
         "districts_differ", 12),
    ],
)  # fmt: skip
def test_each_fault_is_found_with_its_line(folder: Path, old: str, new: str, code: str, line: int) -> None:
    swap("terminology.yaml", old, new)(folder)
    assert (code, line) in faults(folder)
