"""What is printed is the city's, what is counted the contexts': statistics knows no table and no column by name."""

from __future__ import annotations

import ast
from collections.abc import Iterator

import pytest

from jinling.foundation.directory import public as directory
from tests.architecture.reading import PACKAGE, code, nodes, place

# Words of the form of JSON files and of column kinds, which a city may also call a column.
OWN = {"city", "count", "total"}


def known(names: frozenset[str], where: str, text: str) -> Iterator[str]:
    """Texts in code that are the name of a table or a column; sentences may speak of anything."""
    for node in nodes(text):
        if isinstance(node, ast.Constant) and node.value in names - OWN:
            yield f"{where}:{node.lineno}: {node.value} stands in the city's layout"


def names() -> frozenset[str]:
    """Every table and column of the packaged city's bulletin."""
    tables = directory.read_pack("nanjing").section("bulletin")["tables"]
    return frozenset({t["name"] for t in tables} | {c["code"] for t in tables for c in t["columns"]})


def test_statistics_knows_no_table_and_no_column_by_name() -> None:
    layout, files = names(), [path for path in code(".py") if path.is_relative_to(PACKAGE / "data" / "statistics")]
    assert len(files) > 15
    assert "booking_by_hospital" in layout and "outpatient_rate" in layout
    assert [
        fault
        for path in files
        if path.name != "models.py"  # whose names are columns of the database
        for fault in known(layout, place(path), path.read_text(encoding="utf-8"))
    ] == []


@pytest.mark.parametrize(
    ("line", "faults"),
    [
        ('TEXTS = {"organization"}', 1),
        ('f = table["booking_by_hospital"]', 1),
        ('say("The total of all rows.")', 0),
        ('x = {"total": 1}', 0),
    ],
)
def test_a_name_in_code_is_found(line: str, faults: int) -> None:
    assert len(list(known(names(), "x.py", line))) == faults
