"""What collection finds in a city pack: how many data sets the city requires."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest
from django.utils import translation

from jinling.data.collection.catalogue.reading import LISTS, catalogue
from jinling.foundation.directory import public as directory
from jinling.foundation.directory.packs import check_pack
from jinling.foundation.directory.tests.packs import WRENPORT
from jinling.kernel.periods import Period

OWED = {kind: len(catalogue().required_of(kind)) for kind in LISTS}


def problems(folder: Path) -> list[tuple[str, str, str, int]]:
    with translation.override("en"):
        found = check_pack(directory.read_pack(folder))
    assert all(p.what and p.remedy for p in found)
    return [(p.file, p.code, p.entry, p.line) for p in found]


@pytest.mark.parametrize(
    ("required", "found"),
    [
        (OWED, []),
        ({"district": OWED["district"]}, []),
        (OWED | {"district": OWED["district"] - 1}, [("other_count", "district", 3)]),
        (OWED | {"clinic": 3}, [("choice_unknown", "required.clinic", 4)]),
        (OWED | {"hospital": 0}, [("bad_value", "required.hospital", 2)]),
    ],
)
def test_the_declared_number_is_held_against_the_catalogue(
    tmp_path: Path, required: dict[str, int], found: list[tuple[str, str, int]]
) -> None:
    folder = Path(shutil.copytree(WRENPORT, tmp_path / "wrenport"))
    lines = "".join(f"  {kind}: {count}\n" for kind, count in required.items())
    (folder / "collection.yaml").write_text(f"required:\n{lines}", encoding="utf-8")
    assert problems(folder) == [("collection.yaml", *one) for one in found]


def test_the_packaged_city_requires_what_the_catalogue_lists() -> None:
    pack = directory.read_pack("nanjing")
    assert pack.section("collection")["required"] == OWED
    month = Period("2018-05").last
    printed = pack.section("reference/2018-05")["tables"]
    for kind in LISTS:
        table = printed[f"collection_{kind}"]
        place = table["columns"].index("tables_required")
        required = {row[place] for row in table["rows"] if row[place] is not None}
        then = len(catalogue().required_of(kind, on=month))
        assert required == {then}, (
            f"what was printed stays: give a new data set of {kind}.yaml its month (NAME: 2026-12)"
        )
