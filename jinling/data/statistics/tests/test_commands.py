from __future__ import annotations

import copy
import json
import os
import stat
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
import time_machine
from django.core.management import call_command

from jinling.data.statistics.models import ReplayRun
from jinling.data.statistics.tests.conftest import Ledger, bookings, routes
from jinling.foundation.directory import public as directory

pytestmark = pytest.mark.django_db
Capture = pytest.CaptureFixture[str]
ROWS = bookings(("南京鼓楼医院", 37300, 49417, 11609, 52400), ("南京市儿童医院", 16869, 8678, 0, 39111))


def run(*arguments: str) -> int:
    """Run a command as the console script does; its exit code."""
    try:
        call_command(*arguments, prepare=False)
    except SystemExit as end:
        return int(end.code or 0)
    return 0


@pytest.fixture(autouse=True)
def tables(nothing_kept: None, offer: Callable[..., None], release: Any) -> None:
    offer({**ROWS, **routes(("健康南京客户端", 32841)), **release})


@pytest.fixture
def may(tmp_path: Path) -> Callable[..., str]:
    """Writes a file of two tables of the reference month, changed by ``change(tables)``."""

    def write(change: Callable[[dict[str, Any]], None] = lambda tables: None) -> str:
        document = copy.deepcopy(directory.current_pack().section("reference/2018-05"))
        document["tables"] = {name: document["tables"][name] for name in ("booking_by_hospital", "booking_by_route")}
        change(document["tables"])
        place = tmp_path / "may.json"
        place.write_text(json.dumps(document, ensure_ascii=False), encoding="utf-8")
        return str(place)

    return write


def test_json_is_data_alone(capsys: Capture) -> None:
    assert run("bulletin", "2018-05", "--format", "json") == 0
    out, err = capsys.readouterr()
    assert {"booking_by_hospital", "cards_issued", "booking_by_route"} <= set(json.loads(out)["tables"])
    assert "南京鼓楼医院" in out
    assert err == ""


def test_json_comes_by_its_usual_name_too(capsys: Capture) -> None:
    with time_machine.travel("2018-07-01T00:00:00Z", tick=False):
        run("bulletin", "2018-05", "--json")
        by_switch = capsys.readouterr().out
        run("bulletin", "2018-05", "--format", "json")
    assert by_switch == capsys.readouterr().out


def test_the_table_is_the_default(capsys: Capture) -> None:
    assert run("bulletin", "2018-05", "--only", "booking_by_hospital") == 0
    out = capsys.readouterr().out
    assert "各医疗机构预约挂号情况" in out
    assert "150,726" in out
    assert "健康南京客户端" not in out
    assert "\x1b" not in out


def test_in_english(capsys: Capture) -> None:
    assert run("bulletin", "2018-05", "--lang", "en", "--format", "md") == 0
    assert "| 1 | Nanjing Drum Tower Hospital |" in capsys.readouterr().out


@pytest.mark.parametrize(
    ("name", "begins"),
    [
        ("may.json", '{\n  "period": "2018-05"'),
        ("may.html", "<!DOCTYPE html>"),
        ("may.md", "# 南京市"),
        ("may.txt", "南京市卫生信息中心月度通报"),
    ],
)
def test_a_file_is_written_in_the_form_of_its_name(tmp_path: Path, capsys: Capture, name: str, begins: str) -> None:
    place = tmp_path / name
    assert run("bulletin", "2018-05", "-o", str(place)) == 0
    assert place.read_text(encoding="utf-8").startswith(begins)
    out, err = capsys.readouterr()
    assert out == ""
    assert str(place) in err


def test_the_format_asked_for_wins_over_the_name(tmp_path: Path) -> None:
    run("bulletin", "2018-05", "--format", "md", "-o", str(tmp_path / "may.txt"))
    assert (tmp_path / "may.txt").read_text(encoding="utf-8").startswith("# ")


def test_a_file_is_replaced_whole_or_not_at_all(
    tmp_path: Path, capsys: Capture, monkeypatch: pytest.MonkeyPatch
) -> None:
    place = tmp_path / "may.md"
    place.write_text("old", encoding="utf-8")
    place.chmod(0o640)

    def full(descriptor: int) -> None:
        raise OSError(28, "No space left on device")

    with monkeypatch.context() as patched:
        patched.setattr(os, "fsync", full)
        assert run("bulletin", "2018-05", "-o", str(place)) == 1
    assert "No space left on device" in capsys.readouterr().err
    assert place.read_text(encoding="utf-8") == "old"
    assert [entry.name for entry in tmp_path.iterdir()] == ["may.md"]
    assert run("bulletin", "2018-05", "-o", str(place)) == 0
    assert place.read_text(encoding="utf-8").startswith("# ")
    assert stat.S_IMODE(place.stat().st_mode) == 0o640


@pytest.mark.parametrize("where", ["missing/may.json", "."])
def test_places_that_cannot_be_written(tmp_path: Path, capsys: Capture, where: str) -> None:
    assert run("bulletin", "2018-05", "-o", str(tmp_path / where)) == 1
    assert capsys.readouterr().err
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize(
    ("arguments", "code"),
    [
        (["2018-13"], 1),
        (["2018"], 1),
        (["9998-01"], 1),
        (["x"], 1),
        (["2018-05", "--only", "kisok"], 1),
        (["2018-05", "--format", "pdf"], 2),
        ([], 2),
        (["2018-05", "--lang", "fr"], 2),
    ],
)
def test_what_is_refused(capsys: Capture, arguments: list[str], code: int) -> None:
    from django.core.management.base import CommandError

    try:
        ended = run("bulletin", *arguments)
    except CommandError as error:  # argparse, called from Python: the console script exits with 2
        ended = error.returncode if error.returncode != 1 else 2
    assert ended == code
    assert capsys.readouterr().out == ""


def test_a_replay_says_what_it_did(may: Callable[..., str], ledger: Ledger, capsys: Capture) -> None:
    assert run("replay", may(), "--scale", "0.01") == 0
    out, err = capsys.readouterr()
    assert "回放事件" in out
    assert "开始回放" in err
    assert run("replay", may(), "--scale", "0.01") == 0
    assert "无需再做" in capsys.readouterr().err
    assert run("replay", may()) == 0
    assert "42" in capsys.readouterr().err
    assert list(ReplayRun.objects.order_by("id").values_list("state", "scale")) == [("withdrawn", 0.01), ("done", 1.0)]


def test_a_replay_as_json(may: Callable[..., str], ledger: Ledger, capsys: Capture) -> None:
    def spoil(tables: dict[str, Any]) -> None:
        tables["booking_by_hospital"]["printed_total"][0] += 5

    assert run("replay", may(spoil), "--json", "--seed", "7") == 0
    answer = json.loads(capsys.readouterr().out)
    assert (answer["period"], answer["scale"], answer["seed"]) == ("2018-05", 1.0, 7)
    assert answer["replayed"] == [
        {
            "replayer": "ledger.Ledger",
            "tables": ["booking_by_hospital", "booking_by_route"],
            "state": "replayed",
            "events": 342105,
            "chunks": 58,
            "withdrawn": 0,
        }
    ]
    assert [(c["code"], c["expected"], c["counted"]) for c in answer["disagreements"]] == [
        ("printed_total", 81940, 81935),
        ("replayed_cells", 3, None),  # the ledger makes no bookings
        ("replayed_cells", 24014, 0),
    ]


def test_a_table_nobody_replays_is_named(ledger: Ledger, tmp_path: Path, capsys: Capture) -> None:
    place = tmp_path / "whole.json"
    place.write_text(json.dumps(directory.current_pack().section("reference/2018-05")), encoding="utf-8")
    assert run("replay", str(place), "--scale", "0.01") == 0
    assert "kiosk" in capsys.readouterr().err
    assert run("replay", str(place), "--scale", "0.02", "--only", "kiosk") == 1
    assert "booking_by_hospital, booking_by_route" in capsys.readouterr().err
    assert ReplayRun.objects.count() == 1


def test_every_problem_of_a_file_is_a_line(may: Callable[..., str], ledger: Ledger, capsys: Capture) -> None:
    def spoil(tables: dict[str, Any]) -> None:
        tables["booking_by_hospital"]["rows"][0][2] = -5
        tables["booking_by_hospital"]["rows"][4][1] = "南京市中医"
        tables["booking_by_route"]["rows"][2].append(1)

    assert run("replay", may(spoil)) == 1
    out, err = capsys.readouterr()
    assert out == ""
    told = err.splitlines()
    assert [line.split(": ")[0] for line in told[:3]] == [
        "tables.booking_by_hospital row 1, column online_12320",
        "tables.booking_by_hospital row 5, column organization",
        "tables.booking_by_route row 3",
    ]
    assert "南京市中医院" in told[1]
    assert "3" in told[3]
    assert (ReplayRun.objects.count(), ledger.plans) == (0, 0)
    assert run("replay", may(spoil), "--json") == 1
    assert len(json.loads(capsys.readouterr().out)["problems"]) == 3


@pytest.mark.parametrize(
    "arguments",
    [
        ["--scale", "0"],
        ["--scale", "1.5"],
        ["--scale", "nan"],
        ["--scale", "x"],
        ["--seed", "-1"],
        ["--seed", "x"],
    ],
)
def test_bad_switches_are_usage(may: Callable[..., str], ledger: Ledger, arguments: list[str]) -> None:
    from django.core.management.base import CommandError

    with pytest.raises((CommandError, SystemExit)):
        call_command("replay", may(), *arguments, prepare=False)
    assert ledger.plans == 0


def test_a_missing_file_is_refused(capsys: Capture) -> None:
    assert run("replay", "/nowhere/may.json") == 1
    assert "/nowhere/may.json" in capsys.readouterr().err


def test_figures_are_checked(may: Callable[..., str], tmp_path: Path, capsys: Capture) -> None:
    def later(tables: dict[str, Any]) -> None:
        tables["booking_by_hospital"]["rows"][0][2] += 1000

    before = tmp_path / "april.json"
    before.write_text(Path(may()).read_text(encoding="utf-8").replace("2018-05", "2018-04"), encoding="utf-8")
    assert run("figures", "check", may(later), "--against", str(before), "--json") == 1
    out, err = capsys.readouterr()
    told = json.loads(out)
    assert (told["period"], told["against"]) == ("2018-05", ["2018-04"])
    row = next(one for one in told["findings"] if one["rule"] == "printed_row_total")
    assert {key: row[key] for key in ("severity", "table", "row", "column", "expected", "found")} == {
        "severity": "error",
        "table": "booking_by_hospital",
        "row": "南京鼓楼医院",
        "column": "total",
        "expected": 151726,
        "found": 150726,
    }
    assert "对照此前 1 个月" in err


def test_months_at_another_scale_are_not_compared(
    may: Callable[..., str], ledger: Ledger, tmp_path: Path, capsys: Capture
) -> None:
    assert run("replay", may(), "--scale", "0.01") == 0
    june, bare = tmp_path / "june.json", tmp_path / "bare.json"
    june.write_text(Path(may()).read_text(encoding="utf-8").replace("2018-05", "2018-06"), encoding="utf-8")
    capsys.readouterr()
    run("figures", "check", str(june), "--json")
    out, err = capsys.readouterr()
    told = json.loads(out)
    assert told["against"] == ["2018-05"]
    assert "booking_by_hospital" in err
    assert "回放比例不同" in err
    assert [
        one for one in told["findings"] if one["table"] == "booking_by_hospital" and one["rule"] == "cumulative"
    ] == []
    bare.write_text('{"tables": {}}', encoding="utf-8")
    assert run("figures", "check", str(june), "--against", str(bare), "--json") in (0, 1)


def test_a_counted_month_is_checked_and_lines_say_place_and_remedy(capsys: Capture) -> None:
    assert run("figures", "check", "2018-05", "--lang", "en") == 0
    out, err = capsys.readouterr()
    assert "2018-05, held to 0 months before" in err
    assert "error" not in out


def test_figures_of_no_file_and_no_json(tmp_path: Path, capsys: Capture) -> None:
    list_file = tmp_path / "list.json"
    list_file.write_text("[]", encoding="utf-8")
    assert run("figures", "check", str(tmp_path / "none.json")) == 1
    assert run("figures", "check", str(list_file)) == 1
    assert run("figures", "check", "2018-13") == 1
    assert run("figures", "check", "x" * 5000) == 1
    assert run("figures", "check", "2018-05\0") == 1
