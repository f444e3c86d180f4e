"""A city's tables as replayers take them."""

from __future__ import annotations

from jinling.data.statistics.queries.layout import layout, table_of
from jinling.data.statistics.queries.replays import replayers
from jinling.data.statistics.rules.plans import request_of
from jinling.data.statistics.rules.takings import replayed_by_nobody, request_for
from jinling.foundation.directory import public as directory
from jinling.foundation.directory.tests.packs import PUERTO_ALBA


def test_the_names_of_the_reference_city_are_the_replayers_own() -> None:
    printed = directory.read_pack("nanjing").section("reference/2018-05")["tables"]
    for replayer in replayers().values():
        asked = request_of("2018-05", {name: printed[name] for name in replayer.tables}, scale=1, seed=1)
        taken = request_for(replayer, asked, layout().tables)
        assert set(taken.tables) == set(replayer.tables) and taken.digest == asked.digest
        for name, table in taken.tables.items():
            at = [printed[name]["columns"].index(column) for column in table["columns"]]
            assert table["rows"] == [[row[place] for place in at] for row in printed[name]["rows"]]
            unread = set(printed[name]["columns"]) - set(table["columns"])
            assert unread <= {"no", "category", "ownership", "type", "total"}, (name, unread)


def test_another_citys_tables_are_read_by_what_they_count() -> None:
    pack = directory.read_pack(PUERTO_ALBA)
    tables = {entry["name"]: table_of(entry) for entry in pack.section("bulletin")["tables"]}
    asked = request_of("2023-08", pack.section("reference/2023-08")["tables"], scale=1, seed=1)
    bookings, windows, cards = (
        request_for(replayers()[name], asked, tables).tables
        for name in ("scheduling.BookingReplay", "scheduling.ReleaseReplay", "cards.CardReplay")
    )
    assert list(bookings) == ["booking_by_hospital", "booking_by_route"]
    hospitals = bookings["booking_by_hospital"]
    assert hospitals["columns"] == ["organization", "telefono", "internet", "ventanilla"]
    assert hospitals["rows"][0] == ["Hospital Ni\u00f1o Jes\u00fas", 20, 50, 9]
    assert bookings["booking_by_route"]["rows"][0] == ["Portal ciudadano", 60]
    assert windows["schedule_release"]["columns"] == ["organization", "public_release", "community_priority_release"]
    assert cards == {"cards_issued": {"columns": ["organization", "cards"], "rows": [["HSB", 7], ["HNJ Central", 31],
                     ["Centro de Salud El Muelle", 0]]}}  # fmt: skip


def test_two_tables_of_one_count_are_replayed_together() -> None:
    pack = directory.read_pack(PUERTO_ALBA)
    entry = next(entry for entry in pack.section("bulletin")["tables"] if entry["name"] == "citas_por_centro")
    name, calls, online = entry["columns"][1], entry["columns"][2], entry["columns"][3]
    layouts = {
        "calls": table_of({**entry, "name": "calls", "columns": [name, calls], "order": "listed"}),
        "online": table_of({**entry, "name": "online", "columns": [online, name], "order": "listed"}),
    }
    figures = {
        "calls": {"columns": ["centro", "tel"], "rows": [["A", 1], ["B", 2]]},
        "online": {"columns": ["red", "centro"], "rows": [[7, "B"], [9, "C"]]},
    }
    asked = request_of("2023-08", figures, scale=1, seed=1)
    (table,) = request_for(replayers()["scheduling.BookingReplay"], asked, layouts).tables.values()
    assert table["columns"] == ["organization", "telefono", "internet"]
    assert table["rows"] == [["A", 1, None], ["B", 2, 7], ["C", None, 9]]
    assert replayed_by_nobody(replayers().values(), layouts) == []


def test_a_table_of_what_nobody_replays_is_known() -> None:
    assert set(replayed_by_nobody(replayers().values(), layout().tables)) >= {"hotline", "maternal"}
