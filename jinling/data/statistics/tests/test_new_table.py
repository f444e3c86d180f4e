"""A new table of the bulletin is an entry of the city's layout and an indicator of the context that counts: no more."""

from __future__ import annotations

import shutil
from datetime import date
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest
from django.core.management import call_command

from jinling.data.statistics import printing, public as statistics
from jinling.data.statistics.queries import replays as statistics_replays
from jinling.data.statistics.usecases.keeping import keep
from jinling.foundation.directory import public as directory
from jinling.foundation.directory.packs import check_pack
from jinling.kernel.actor import system
from jinling.kernel.figures import Indicator
from jinling.kernel.periods import Period, Span
from jinling.kernel.sockets import gather

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("nothing_kept")]

ENTRY = """
  - name: ferry_tickets
    title: 轮渡票
    title_en: Ferry tickets
    columns:
      - {code: no, holds: position, heading: 序号, heading_en: No.}
      - {code: district, holds: name, heading: 区, heading_en: District}
      - {code: sold, heading: 售出, heading_en: Sold, indicator: ferries.tickets}
      - {code: of_children, heading: 儿童票, heading_en: Children's, indicator: ferries.tickets, at: {sort: child}}
      - {code: takings, holds: amount, heading: 金额, heading_en: Takings, indicator: ferries.takings}
    rows: district
    order: {by: sold}
    total: true
    cumulative: {column: sold, opening: 1000, heading: 累计售票, heading_en: Tickets to date}
"""


def planted() -> SimpleNamespace:
    """The ``figures`` socket of a context that nobody has written yet."""

    def tickets(span: Span) -> dict[tuple[Any, ...], int]:
        days = (span.end - span.start).days
        xuanwu, qinhuai = directory.district("320102").pk, directory.district("320104").pk
        return {(xuanwu, "child"): days, (xuanwu, "adult"): 2 * days, (qinhuai, "adult"): 4 * days}

    def takings(span: Span) -> dict[tuple[Any, ...], int]:
        return {(directory.district("320102").pk,): 7}

    return SimpleNamespace(
        INDICATORS=[
            Indicator(
                "ferries.tickets",
                "Ferry tickets",
                "tickets",
                "Tickets sold.",
                ("district", "sort"),
                tickets,
                since=tickets,
                begins=lambda: date(2018, 5, 1),
            ),
            Indicator("ferries.takings", "Takings", "", "Money taken.", ("district",), takings),
        ]
    )


@pytest.fixture
def city(tmp_path: Path, settings: Any, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A copy of Nanjing's pack with one more table, loaded; and a context that counts for it."""
    folder = tmp_path / "nanjing"
    shutil.copytree(directory.read_pack("nanjing").path, folder)
    layout = folder / "bulletin.yaml"
    tables, checks = layout.read_text(encoding="utf-8").split("\nchecks:\n")
    layout.write_text(f"{tables}{ENTRY}checks:\n{checks}", encoding="utf-8")
    settings.JINLING_CITY = str(folder)
    real = list(gather("figures"))
    monkeypatch.setattr(
        "jinling.data.statistics.queries.figures.gather",
        lambda socket: [*real, ("jinling.services.ferries", planted())],
    )
    directory.load_pack(folder, by=system("tests"))
    return folder


def test_the_pack_with_one_more_table_is_sound(city: Path) -> None:
    assert check_pack(directory.read_pack(city)) == []


def test_one_more_table_is_counted_totalled_and_printed(city: Path) -> None:
    made = statistics.bulletin("2018-06", only=["ferry_tickets"])
    document = statistics.document(made)
    table = document["tables"]["ferry_tickets"]
    assert {key: table[key] for key in ("columns", "rows", "total", "cumulative")} == {
        "columns": ["no", "district", "sold", "of_children", "takings"],
        "rows": [[1, "秦淮区", 120, 0, 0], [2, "玄武区", 90, 30, 7]],
        "total": [210, 30, 7],
        "cumulative": 1000 + 7 * (31 + 30),
    }
    assert [(check.code, check.ok) for check in made.checks] == [("total_of_rows", True)]
    text = printing.markdown(printing.printable(made))
    assert "| 2 | 玄武区 | 90 | 30 | 7.00 |" in text
    assert "累计售票: 1,427" in text


def test_one_more_table_stands_on_the_page_and_in_the_command(city: Path, client: Any, capsys: Any) -> None:
    keep(Period("2018-06"))
    assert "轮渡票" in client.get("/bulletin/2018-06/").content.decode()
    assert client.get("/api/v1/bulletin/2018-06?table=ferry_tickets").json()["tables"]["ferry_tickets"]["total"]
    call_command("bulletin", "2018-06", "--only", "ferry_tickets", prepare=False)
    assert "轮渡票" in capsys.readouterr().out


def test_a_file_of_the_new_table_is_read_by_what_its_columns_hold(city: Path) -> None:
    table = {
        "columns": ["no", "district", "sold", "of_children", "takings"],
        "rows": [[1, "玄武", 5, 2, "12.50"], [2, "下关区", 1, 1, 3]],
        "printed_total": [6, 3, "15.50"],
    }
    content = {"city": "南京市", "period": "2018-06", "tables": {"ferry_tickets": table}}
    file = statistics_replays.read_document(content, name="june.json")
    assert [row[1] for row in file.tables["ferry_tickets"]["rows"]] == ["玄武区", "鼓楼区"]
    table["rows"] = [[1, "玄武区", 5.5, 2, "x"]]
    with pytest.raises(statistics.ReplayFileRefused) as refused:
        statistics_replays.read_document(content, name="june.json")
    where = [problem.where for problem in refused.value.fields["problems"]]
    assert where == [
        "tables.ferry_tickets row 1, column sold",
        "tables.ferry_tickets row 1, column takings",
    ]
