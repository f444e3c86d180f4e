"""After a replay at scale 1 every printed cell equals the file, or the file was refused and nothing was written.

Files are made up, right ones and wrong ones; the file is the judge, the bulletin's JSON the defendant.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

import pytest
from django.db import transaction
from hypothesis import HealthCheck, event, given, settings as hypothesis_settings, strategies as st

from jinling.data.collection.models import Submission
from jinling.data.quality.rules import upload_rate
from jinling.data.statistics import public as statistics
from jinling.data.statistics.models import ReplayRun
from jinling.data.statistics.queries import replays as statistics_replays
from jinling.data.statistics.queries.layout import layout
from jinling.data.statistics.queries.replays import replayers
from jinling.foundation.directory import public as directory
from jinling.kernel.actor import system
from jinling.kernel.outcomes import Refused
from jinling.services.cards.models import Card
from jinling.services.scheduling.models import Appointment, ReleaseWindow

pytestmark = pytest.mark.django_db
BY, MONTH, ROWS = system("tests"), "2018-05", 3
REASONS = ("未反馈", "未部署", "开库采集", "未获取卫统数据", "卫统数据过少")


@pytest.fixture
def city(tmp_path: Path, settings: Any, monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    settings.HOME = tmp_path / "home"
    monkeypatch.delenv("JINLING_LAKE", raising=False)
    monkeypatch.delenv("JINLING_ENGINE", raising=False)
    directory.load_pack("nanjing", by=BY)
    yield


COUNT = st.one_of(st.just(0), st.integers(0, 60))


@st.composite
def a_row(draw: st.DrawFn, name: str, printed: list[Any]) -> list[Any]:
    """The row of an institution with figures of its own, such as a month can have."""
    columns = layout().tables[name].columns
    at = {column.code: place for place, column in enumerate(columns)}
    cells = [draw(COUNT) if column.holds == "count" else cell for column, cell in zip(columns, printed, strict=True)]
    for place, column in enumerate(columns):
        if column.parts:
            cells[place] = sum(cells[at[part]] for part in column.parts)
    if "records_loaded" in at:
        reasons = printed[at["tables_declared"]] == "开库采集"
        visits, discharges = draw(COUNT), draw(COUNT)
        others = draw(st.integers(0, 12))
        rest = draw(st.integers(others, others + 40)) if others else 0
        records, apart = visits + discharges + rest, bool(visits) + bool(discharges)
        filled = {
            "tables_declared": printed[at["tables_declared"]]
            if reasons
            else draw(st.one_of(st.integers(0, 700), st.just("未反馈"))),
            "tables_required": printed[at["tables_required"]],
            "tables_uploaded": others + apart,
            "records_loaded": records,
            "upload_days": draw(st.integers(1, min(31, records))) if records else 0,
            "outpatient_visits": visits,
            "discharges": discharges,
        }
        for rate, sent in (("outpatient_rate", visits), ("discharge_rate", discharges)):
            returned = draw(st.integers(1, 90))
            given_ = upload_rate(sent, returned, True).value
            filled[rate] = draw(st.sampled_from([given_, given_, "未获取卫统数据", "卫统数据过少"]))
        for column in ("browsers_deployed", "hints_deployed"):
            filled[column] = draw(st.one_of(st.integers(1, 9), st.just("未部署")))
        for code, value in filled.items():
            cells[at[code]] = value
    return cells


@st.composite
def documents(draw: st.DrawFn, names: tuple[str, ...]) -> dict[str, Any]:
    """A month of a replayer's tables; every other one has a cell that may be wrong."""
    tables = directory.current_pack().section(f"reference/{MONTH}")["tables"]
    made = {}
    for name in draw(st.lists(st.sampled_from(names), min_size=1, unique=True)):
        some = draw(
            st.lists(
                st.sampled_from(tables[name]["rows"]), min_size=1, max_size=ROWS, unique_by=lambda row: str(row[:2])
            )
        )
        rows = [draw(a_row(name, row)) for row in some]
        order = layout().tables[name].order
        if order:
            rows.sort(key=lambda row: -row[tables[name]["columns"].index(order)])
        if "no" in tables[name]["columns"]:
            rows = [[place, *row[1:]] for place, row in enumerate(rows, start=1)]
        made[name] = {"columns": tables[name]["columns"], "rows": rows}
    if draw(st.booleans()):
        table = made[draw(st.sampled_from(sorted(made)))]
        row = draw(st.sampled_from(table["rows"]))
        wrong = st.one_of(
            st.integers(-3, 200), st.sampled_from([45, 670, 1775.72, 33.333, 10**10, 10**12, None, True, "x", *REASONS])
        )
        row[draw(st.integers(0, len(row) - 1))] = draw(wrong)
    return {"city": "nanjing", "period": MONTH, "tables": made}


def unlike(tables: Mapping[str, Any]) -> dict[str, list[tuple[str, str, Any, Any]]]:
    """Cells that the bulletin prints otherwise than the file: row, column, both."""
    found: dict[str, list[tuple[str, str, Any, Any]]] = {}
    for name, shown in statistics.document(statistics.bulletin(MONTH, only=tables))["tables"].items():
        place = layout().tables[name].name_place()
        rows = {row[place]: row for row in shown["rows"]}
        for row in tables[name]["rows"]:
            printed = rows.get(row[place], [None] * len(row))
            for column, cell, other in zip(shown["columns"], row, printed, strict=True):
                same = float(cell) == float(other) if _is_number(cell) and _is_number(other) else cell == other
                if not same:
                    found.setdefault(name, []).append((str(row[place]), column, cell, other))
    return found


def _is_number(cell: Any) -> bool:
    return not isinstance(cell, (str, bool, type(None)))


def nothing_stands() -> bool:
    return not any(model.objects.exists() for model in (ReplayRun, Appointment, Card, Submission)) and not (
        ReleaseWindow.objects.exclude(batch="").exists()
    )


@pytest.mark.parametrize("name", sorted(replayers()))
@hypothesis_settings(
    max_examples=25,
    deadline=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow, HealthCheck.filter_too_much],
)
@given(data=st.data())
def test_what_is_printed_is_what_the_file_says(city: None, name: str, data: st.DataObject) -> None:
    content = data.draw(documents(replayers()[name].tables))
    with transaction.atomic():
        try:
            file = statistics_replays.read_document(content, name="made-up.json")
            if (
                sum(row[4] for row in file.tables.get("collection_hospital", {}).get("rows", ()) if _is_number(row[4]))
                > 10**6
            ):
                return  # right, and too large for a test
            statistics.replay(by=BY, file=file)
        except Refused as refused:
            event(f"refused: {refused.code}")
            assert nothing_stands()
            assert refused.where and refused.mend
        else:
            event("replayed")
            checks = statistics.document(statistics.bulletin(MONTH, only=file.tables))["checks"]
            said = {(check["code"], check["table"]) for check in checks if not check["ok"]}
            for table, cells in unlike(file.tables).items():
                plan = layout().tables[table]
                by_code = {column.code: column for column in plan.columns}
                for row, column, cell, other in cells:
                    if by_code[column].parts:  # printed as the sum of what was replayed, and the check says so
                        assert ("printed_row_total", table) in said, (row, column, cell, other)
                        continue
                    assert ("replayed_cells", table) in said, (row, column, cell, other)
                    # What else is there: a number of the row, and a row of noughts where the city prints none.
                    alone = all(
                        not one[2] or one[1] == "organization" for one in cells if one[0] == row and one[1] != "no"
                    )
                    assert by_code[column].holds == "position" or (other is None and alone), (row, column, cell, other)
        transaction.set_rollback(True)
