"""Replays of tables that print the same events: whatever is replayed, in whatever order, each event is made once.

Every replayer that a context offers is tried, on the rows of the city's printed month, made small; over several
months too, each of which must read as it was replayed last, whatever was replayed, replaced or taken back since.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from decimal import Decimal
from fractions import Fraction
from math import ceil, floor
from pathlib import Path
from typing import Any

import pytest
from django.db import transaction
from hypothesis import HealthCheck, example, given, settings as hypothesis_settings, strategies as st

from jinling.data.quality.rules import upload_rate
from jinling.data.statistics import public as statistics
from jinling.data.statistics.queries import replays as statistics_replays
from jinling.data.statistics.queries.figures import indicators
from jinling.data.statistics.queries.layout import layout
from jinling.data.statistics.queries.replays import replayers
from jinling.data.statistics.rules import replayfiles as statistics_replayfiles_rules
from jinling.data.statistics.rules.refusals import MonthNotCounted
from jinling.foundation.directory import public as directory
from jinling.kernel.actor import system
from jinling.kernel.periods import Period
from jinling.kernel.sockets import gather

pytestmark = pytest.mark.django_db
BY, MONTH = system("tests"), "2018-05"
MONTHS = ("2018-04", MONTH, "2018-06")
FEWER = 3  # the edition that prints one row
ITS_OWN = ("position", "name", "word")  # what a row is, whatever is counted of it
ROWS = 2  # of each table
SHORTEST = 30  # days that each of the months has
SMALL = 400  # larger figures are divided, so that a month is replayed in a moment
KINDS = sorted(name for name in replayers() if len(replayers()[name].tables) > 1)


@pytest.fixture
def city(tmp_path: Path, settings: Any, monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    settings.HOME = tmp_path / "home"
    monkeypatch.delenv("JINLING_LAKE", raising=False)
    monkeypatch.delenv("JINLING_ENGINE", raising=False)
    directory.load_pack("nanjing", by=BY)
    yield


def small(table: Mapping[str, Any], edition: int = 0) -> dict[str, Any]:
    """Some rows of a printed table, with small figures; sums of parts are put right.

    Every further edition gives the same rows the cells of others.
    """
    columns = layout().tables[table["name"]].columns
    rows = []
    for number, row in enumerate(table["rows"][: 1 if edition == FEWER else ROWS]):
        other = table["rows"][(number + edition * ROWS) % len(table["rows"])]
        cells = [
            own if column.holds in ITS_OWN else (cell // 1000 + 1 if _large(cell, column) else cell)
            for own, cell, column in zip(row, other, columns, strict=True)
        ]
        at = {column.code: place for place, column in enumerate(columns)}
        if "records_loaded" in at:  # at least one record of each table and day, and those of the visits
            of_others = sum(_number(cells[at[name]]) for name in ("outpatient_visits", "discharges", "tables_uploaded"))
            cells[at["records_loaded"]] += of_others
            cells[at["upload_days"]] = min(cells[at["upload_days"]], SHORTEST)
            for rate, of in (("outpatient_rate", "outpatient_visits"), ("discharge_rate", "discharges")):
                if not isinstance(cells[at[rate]], str):  # of smaller figures, so that a whole number was returned
                    cells[at[rate]] = upload_rate(cells[at[of]], cells[at[of]] * 4 // 3 + 1).value
        for place, column in enumerate(columns):
            if column.parts:
                cells[place] = sum(cells[at[part]] for part in column.parts)
        rows.append(cells)
    return {"columns": table["columns"], "rows": rows}


def _large(cell: Any, column: Any) -> bool:
    return type(cell) is int and column.holds == "count" and cell > SMALL


def _number(cell: Any) -> int:
    return cell if type(cell) is int else 0


def printed(name: str, month: str = MONTH, edition: int = 0) -> dict[str, Any]:
    """The small month of a replayer's tables, read as any file is."""
    tables = directory.current_pack().section(f"reference/{MONTH}")["tables"]
    content = {
        "city": "nanjing",
        "period": month,
        "tables": {table: small({**tables[table], "name": table}, edition) for table in replayers()[name].tables},
    }
    return dict(statistics_replays.read_document(content, name="small.json").tables)


def events_printed(tables: Mapping[str, Any]) -> dict[tuple[str, str, str], int]:
    """What tables print of events: columns that add up over days."""
    found = {}
    for name, table in tables.items():
        plan = layout().tables[name]
        place = plan.name_place()
        assert place is not None
        for at, column in enumerate(plan.columns):
            counted = indicators().get(column.indicator)
            if counted is not None and counted.since is not None and not column.parts:
                for row in table["rows"]:
                    found[name, column.code, row[place]] = row[at] if type(row[at]) is int else 0
    return found


def shown(names: Any, month: str = MONTH) -> dict[tuple[str, str, str], Any]:
    """What the bulletin shows, of the same columns."""
    found: dict[tuple[str, str, str], Any] = {}
    try:
        counted = statistics.bulletin(month, only=names)
    except MonthNotCounted:  # nothing stands in it
        return found
    for name, table in statistics.document(counted)["tables"].items():
        place = layout().tables[name].name_place()
        for row in table["rows"]:
            for column, cell in zip(table["columns"], row, strict=True):
                found[name, column, row[place]] = cell
    return found


def exactly(tables: Mapping[str, Any]) -> dict[tuple[str, str, str], Any]:
    """Every cell that the bulletin must print of tables replayed whole."""
    found = {}
    for name, table in tables.items():
        plan = layout().tables[name]
        place = plan.name_place()
        assert place is not None
        for row in table["rows"]:
            for column, cell in zip(plan.columns, row, strict=True):
                if column.holds not in ITS_OWN:
                    found[name, column.code, row[place]] = float(cell) if isinstance(cell, Decimal) else cell
    return found


@pytest.mark.parametrize("name", sorted(replayers()))
@hypothesis_settings(
    max_examples=2,
    deadline=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
)
@given(steps=st.lists(st.tuples(st.sampled_from(MONTHS), st.integers(0, 3)), min_size=2, max_size=4))
@example(steps=[(MONTHS[1], 0), (MONTHS[2], 1), (MONTHS[1], None)])
@example(steps=[(MONTHS[2], 0), (MONTHS[1], 1), (MONTHS[1], 2), (MONTHS[0], FEWER), (MONTHS[1], None)])
@example(steps=[(MONTHS[0], 1), (MONTHS[2], FEWER)])
def test_each_month_reads_as_it_was_replayed_last(city: None, name: str, steps: list[tuple[str, int | None]]) -> None:
    maker, tables = replayers()[name], set(replayers()[name].tables)
    events = set(events_printed(printed(name)))
    standing: dict[str, dict[str, Any]] = {}
    with transaction.atomic():
        for month, edition in steps:
            if edition is None:
                maker.withdraw(month)
                standing.pop(month)
            else:
                standing[month] = printed(name, month, edition)
                file = statistics_replayfiles_rules.ReplayFile("small.json", Period(month), standing[month])
                statistics.replay(by=BY, file=file)
        for one in MONTHS:
            expected, found = exactly(standing.get(one, {})), shown(tables, one)
            assert {key: found.get(key) for key in expected} == expected, one
            if one not in standing:
                assert not any(type(cell) is int and cell and key in events for key, cell in found.items()), one
        transaction.set_rollback(True)


@pytest.mark.parametrize("name", KINDS)
@hypothesis_settings(
    max_examples=4,
    deadline=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
)
@given(data=st.data())
def test_each_event_counts_once_in_whatever_order_its_tables_come(city: None, name: str, data: st.DataObject) -> None:
    tables, maker = printed(name), replayers()[name]
    some = st.lists(st.sampled_from(sorted(tables)), min_size=1, unique=True)
    steps = data.draw(
        st.lists(st.tuples(some, st.sampled_from([0.01, 0.1, 0.5, 1.0])), min_size=1, max_size=3), label="steps"
    )
    asked: set[str] = set()
    with transaction.atomic():
        for chosen, scale in steps:
            file = statistics_replayfiles_rules.ReplayFile(
                "small.json", Period(MONTH), {one: tables[one] for one in chosen}
            )
            outcome = statistics.replay(by=BY, file=file, scale=scale)
            asked |= set(chosen)
            (done,) = outcome.replayed
            assert set(done.tables) == asked
        standing = {one: tables[one] for one in asked}
        expected, share = events_printed(standing), Fraction(str(scale))
        found = shown(asked)
        for key, figure in expected.items():
            assert floor(figure * share) <= found.get(key, 0) <= ceil(figure * share), key
        # As many events stand as one replay of all these tables at once would make.
        joint = statistics_replayfiles_rules.ReplayFile("joint.json", Period(MONTH), standing)
        again = statistics.replay(by=BY, file=joint, scale=scale)
        assert [(one.state, one.events) for one in again.replayed] == [("nothing", done.events)]
        (run,) = statistics.replayed(MONTH)
        assert (set(run["tables"]), run["scale"], run["complete"]) == (asked, scale, True)
        taken_back = maker.withdraw(MONTH)
        assert taken_back >= done.events or not expected
        assert not any(type(n) is int and n and key in expected for key, n in shown(asked).items())
        transaction.set_rollback(True)


def test_every_replayer_that_shares_tables_is_tried() -> None:
    offered = [one for _context, module in gather("replays") for one in module.REPLAYS if len(one.tables) > 1]
    assert len(KINDS) == len(offered) >= 2
