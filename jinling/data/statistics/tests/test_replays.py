from __future__ import annotations

import copy
import threading
from collections.abc import Iterable
from dataclasses import dataclass, field
from types import SimpleNamespace
from typing import Any

import pytest
from django.db import connection

from jinling.data.statistics import public as statistics
from jinling.data.statistics.models import ReplayProgress, ReplayRun
from jinling.data.statistics.rules import (
    checks,
    refusals as statistics_refusals_rules,
    replayfiles as statistics_replayfiles_rules,
)
from jinling.data.statistics.tests.conftest import ClinicClosed, Ledger
from jinling.data.statistics.usecases import replays
from jinling.foundation.audit.models import Entry
from jinling.foundation.directory import public as directory
from jinling.kernel.actor import Actor
from jinling.kernel.figures import ReplayChunk, ReplayRequest
from jinling.kernel.periods import Period

pytestmark = pytest.mark.django_db
BOTH = ("booking_by_hospital", "booking_by_route")


@pytest.fixture
def figures() -> dict[str, Any]:
    """Three institutions and one route of the reference month, the totals put right."""
    tables = copy.deepcopy(directory.current_pack().section("reference/2018-05"))["tables"]
    rows = tables["booking_by_hospital"]["rows"][:3]
    routes = tables["booking_by_route"]["rows"][:1]
    return {
        "city": "nanjing",
        "period": "2018-05",
        "tables": {
            "booking_by_hospital": {
                "columns": tables["booking_by_hospital"]["columns"],
                "rows": rows,
                "printed_total": [sum(row[place] for row in rows) for place in range(2, 7)],
            },
            "booking_by_route": {
                "columns": tables["booking_by_route"]["columns"],
                "rows": routes,
                "printed_total": routes[0][2],
            },
        },
    }


def file(document: dict[str, Any]) -> statistics_replayfiles_rules.ReplayFile:
    """As ``read_document`` gives it, without the institutions' table that reading needs."""
    return statistics_replayfiles_rules.ReplayFile("may.json", Period(document["period"]), document["tables"])


def of_file(differences: Iterable[checks.Check]) -> list[checks.Check]:
    """Checks of what the file says, without those of what is printed of the ledger's events."""
    return [check for check in differences if check.code != "replayed_cells"]


def kept() -> list[checks.Check]:
    """The same of the latest replay."""
    return of_file(checks.from_stored(ReplayRun.objects.latest("id").differences))


def state() -> list[tuple[str, list[str], float, int]]:
    return [(run.state, run.tables, run.scale, run.progress.count()) for run in ReplayRun.objects.order_by("id")]


def test_a_file_is_replayed_chunk_by_chunk(figures: dict[str, Any], ledger: Ledger, by: Actor) -> None:
    told: list[statistics.Progress] = []
    outcome = statistics.replay(by=by, file=file(figures), tell=told.append)
    assert outcome.replayed == (replays.Replayed("ledger.Ledger", BOTH, "replayed", 233317, 4),)
    assert outcome.not_replayed == ()
    assert of_file(outcome.differences) == []
    # The ledger's events are no bookings: that the bulletin prints none of them is said.
    assert [(c.code, c.table, c.fields["cells"]) for c in outcome.differences] == [
        ("replayed_cells", "booking_by_hospital", 18),
        ("replayed_cells", "booking_by_route", 3),
    ]
    assert ledger.made() == ["南京鼓楼医院", "南京市儿童医院", "南京市妇幼保健院", "健康南京客户端"]
    assert state() == [("done", list(BOTH), 1.0, 4)]
    assert [step.kind for step in told] == ["started", "chunk", "chunk", "chunk", "chunk", "done"]
    assert [step.done for step in told] == [0, 150726, 215384, 233317, 233317, 233317]
    assert sorted(ReplayProgress.objects.values_list("number", "events")) == [
        (0, 150726),
        (1, 64658),
        (2, 17933),
        (3, 0),
    ]
    actions = Entry.objects.filter(action__startswith="statistics.").order_by("at", "lane", "seq")
    assert [entry.action for entry in actions] == ["statistics.replay", "statistics.replay_done"]
    assert statistics.replayed("2018-05") == [
        {
            "replayer": "ledger.Ledger",
            "tables": list(BOTH),
            "scale": 1.0,
            "seed": 201805,
            "complete": True,
            "file": "may.json",
        }
    ]


def test_the_same_replay_again_does_nothing(figures: dict[str, Any], ledger: Ledger, by: Actor) -> None:
    statistics.replay(by=by, file=file(figures), scale=0.01)
    made, plans = ledger.made(), ledger.plans
    outcome = statistics.replay(by=by, file=file(figures), scale=0.01)
    assert [(item.state, item.events) for item in outcome.replayed] == [("nothing", 2333)]
    assert (ledger.made(), ledger.plans) == (made, plans)
    assert state() == [("done", list(BOTH), 0.01, 4)]


@pytest.mark.parametrize("other", [{"scale": 1.0}, {"scale": 0.01, "seed": 7}, {"scale": 0.01, "figure": 1}])
def test_another_replay_takes_the_earlier_one_back(
    figures: dict[str, Any], ledger: Ledger, by: Actor, other: dict[str, Any]
) -> None:
    statistics.replay(by=by, file=file(figures), scale=0.01)
    if other.pop("figure", 0):
        row = figures["tables"]["booking_by_hospital"]["rows"][0]
        row[2], row[6] = row[2] + 1, row[6] + 1
        figures["tables"]["booking_by_hospital"].pop("printed_total")
    told: list[statistics.Progress] = []
    outcome = statistics.replay(by=by, file=file(figures), tell=told.append, **other)
    assert outcome.replayed[0].withdrawn == 42
    assert [step.kind for step in told][:3] == ["withdrawing", "withdrawn", "started"]
    assert len(ledger.made()) == 4
    assert [run[0] for run in state()] == ["withdrawn", "done"]


def test_a_replay_that_broke_off_goes_on_where_it_stopped(figures: dict[str, Any], ledger: Ledger, by: Actor) -> None:
    ledger.fail_after = 2
    heard: list[statistics.Progress] = []
    with pytest.raises(ClinicClosed):
        statistics.replay(by=by, file=file(figures), tell=heard.append)
    assert (heard[-1].kind, heard[-1].label, heard[-1].done) == ("failed", "南京市妇幼保健院", 215384)
    # The third chunk wrote before it failed: with its transaction that is gone, and so is its progress row.
    assert ledger.made() == ["南京鼓楼医院", "南京市儿童医院"]
    assert state() == [("running", list(BOTH), 1.0, 2)]
    ledger.fail_after = None
    told: list[statistics.Progress] = []
    outcome = statistics.replay(by=by, file=file(figures), tell=told.append)
    assert [(item.state, item.events) for item in outcome.replayed] == [("resumed", 233317)]
    assert [step.kind for step in told] == ["resumed", "chunk", "chunk", "done"]
    assert ledger.made() == ["南京鼓楼医院", "南京市儿童医院", "南京市妇幼保健院", "健康南京客户端"]
    assert state() == [("done", list(BOTH), 1.0, 4)]


def test_another_replay_replaces_one_that_broke_off(figures: dict[str, Any], ledger: Ledger, by: Actor) -> None:
    ledger.fail_after = 1
    with pytest.raises(ClinicClosed):
        statistics.replay(by=by, file=file(figures))
    ledger.fail_after = None
    outcome = statistics.replay(by=by, file=file(figures), scale=0.5)
    assert outcome.replayed[0].withdrawn == 42
    assert len(ledger.made()) == 4
    assert [run[0] for run in state()] == ["withdrawn", "done"]


def test_months_do_not_touch_each_other(figures: dict[str, Any], ledger: Ledger, by: Actor) -> None:
    statistics.replay(by=by, file=file(figures))
    statistics.replay(by=by, file=file({**figures, "period": "2018-06"}))
    assert sorted(ReplayRun.objects.values_list("period", "state")) == [("2018-05", "done"), ("2018-06", "done")]


def test_only_some_tables(figures: dict[str, Any], ledger: Ledger, by: Actor) -> None:
    statistics.replay(by=by, file=file(figures), only=["booking_by_route"])
    assert list(ledger.seen[-1].tables) == ["booking_by_route"]
    outcome = statistics.replay(by=by, file=file(figures), only=["booking_by_hospital"])
    # The two tables count the same bookings: they are planned together, not one beside the other.
    assert outcome.replayed[0].tables == BOTH
    assert list(ledger.seen[-1].tables) == list(BOTH)
    assert [run[:2] for run in state()] == [("withdrawn", ["booking_by_route"]), ("done", list(BOTH))]
    again = statistics.replay(by=by, file=file(figures), only=["booking_by_route"])
    assert again.replayed[0].state == "nothing"


def only(figures: dict[str, Any], *tables: str) -> statistics_replayfiles_rules.ReplayFile:
    """A file of its own, with some of the tables."""
    return file({**figures, "tables": {name: figures["tables"][name] for name in tables}})


@pytest.mark.parametrize("first", BOTH)
def test_a_table_of_another_file_attaches_to_what_stands(
    figures: dict[str, Any], ledger: Ledger, by: Actor, first: str
) -> None:
    (second,) = set(BOTH) - {first}
    statistics.replay(by=by, file=only(figures, first), scale=0.5)
    outcome = statistics.replay(by=by, file=only(figures, second), scale=0.01)
    # Both tables print the same bookings: they are planned together, at the scale that was asked for last.
    assert [(one.tables, one.events) for one in outcome.replayed] == [(BOTH, 2333)]
    assert (ledger.seen[-1].scale, ledger.seen[-1].tables) == (0.01, ledger.seen[0].tables | figures["tables"])
    again = statistics.replay(by=by, file=only(figures, first), scale=0.01)
    assert [one.state for one in again.replayed] == ["nothing"]
    assert state() == [("withdrawn", [first], 0.5, 3 if first == BOTH[0] else 1), ("done", list(BOTH), 0.01, 4)]


def test_what_stands_is_checked_against_what_attaches(
    figures: dict[str, Any], ledger: Ledger, by: Actor, paper_pack: Any
) -> None:
    figures["tables"]["booking_by_hospital"]["printed_total"][0] += 1
    statistics.replay(by=by, file=only(figures, BOTH[0]))
    figures["tables"]["booking_by_route"]["rows"][0][2] = 60000
    outcome = statistics.replay(by=by, file=only(figures, BOTH[1]))
    codes = ["printed_total", "printed_total", "printed_routes_within_kind"]
    assert [check.code for check in of_file(outcome.differences)] == codes
    assert [check.code for check in kept()] == codes


@dataclass
class Kiosks(Ledger):
    """A replayer whose table prints some of the ledger's bookings again."""

    tables: tuple[str, ...] = ("kiosk",)
    events: str = "kiosks.slip"
    draws_on: tuple[str, ...] = ("ledger.booking",)
    found: list[int] = field(default_factory=list)

    def plan(self, request: ReplayRequest) -> list[ReplayChunk]:
        self.found.append(len(self.made()))
        self.seen.append(request)
        return [ReplayChunk("kiosks", 1, self._run(request, "kiosks", 1))]


@pytest.fixture
def kiosks(ledger: Ledger, monkeypatch: pytest.MonkeyPatch) -> Kiosks:
    made = Kiosks()
    # Offered before the one on which it draws: the order is not that of the contexts' names.
    modules = [
        ("jinling.services.kiosks", SimpleNamespace(REPLAYS=[made])),
        ("jinling.services.ledger", SimpleNamespace(REPLAYS=[ledger])),
    ]
    monkeypatch.setattr("jinling.data.statistics.queries.replays.gather", lambda socket: modules)
    return made


def slips() -> statistics_replayfiles_rules.ReplayFile:
    table = copy.deepcopy(directory.current_pack().section("reference/2018-05")["tables"]["kiosk"])
    return statistics_replayfiles_rules.ReplayFile("kiosks.json", Period("2018-05"), {"kiosk": table})


def test_what_draws_on_events_is_made_anew_when_they_change(
    figures: dict[str, Any], ledger: Ledger, kiosks: Kiosks, by: Actor
) -> None:
    alone = statistics.replay(by=by, file=slips(), scale=0.5)
    assert [(one.replayer, one.state) for one in alone.replayed] == [("kiosks.Kiosks", "replayed")]
    assert kiosks.found[-1] == 0  # nothing to draw on: it makes its own
    told: list[statistics.Progress] = []
    outcome = statistics.replay(by=by, file=only(figures, BOTH[0]), tell=told.append)
    assert [(one.replayer, one.state) for one in outcome.replayed] == [
        ("ledger.Ledger", "replayed"),
        ("kiosks.Kiosks", "replayed"),
    ]
    assert [(one.kind, one.replayer) for one in told if one.kind != "chunk"] == [
        ("withdrawing", "kiosks.Kiosks"),
        ("withdrawn", "kiosks.Kiosks"),
        ("started", "ledger.Ledger"),
        ("done", "ledger.Ledger"),
        ("started", "kiosks.Kiosks"),
        ("done", "kiosks.Kiosks"),
    ]
    assert kiosks.found[-1] == 3  # planned once the three chunks of bookings stand
    assert kiosks.seen[-1].scale == 0.5
    assert list(ReplayRun.objects.filter(state="done").values_list("replayer", "file_name").order_by("replayer")) == [
        ("kiosks.Kiosks", "kiosks.json"),
        ("ledger.Ledger", "may.json"),
    ]
    again = statistics.replay(by=by, file=only(figures, BOTH[0]))
    assert [(one.replayer, one.state) for one in again.replayed] == [("ledger.Ledger", "nothing")]
    assert [one.state for one in statistics.replay(by=by, file=slips(), scale=0.5).replayed] == ["nothing"]


def test_what_broke_off_goes_on_with_what_draws_on_it(
    figures: dict[str, Any], ledger: Ledger, kiosks: Kiosks, by: Actor
) -> None:
    statistics.replay(by=by, file=slips())
    ledger.fail_after = 1
    with pytest.raises(ClinicClosed):
        statistics.replay(by=by, file=only(figures, BOTH[0]))
    assert sorted(ReplayRun.objects.values_list("replayer", "state")) == [
        ("kiosks.Kiosks", "running"),
        ("kiosks.Kiosks", "withdrawn"),
        ("ledger.Ledger", "running"),
    ]
    ledger.fail_after = None
    outcome = statistics.replay(by=by, file=only(figures, BOTH[0]))
    assert [(one.replayer, one.state, one.events) for one in outcome.replayed] == [
        ("ledger.Ledger", "resumed", 233317),
        ("kiosks.Kiosks", "resumed", 1),
    ]


def test_tables_nobody_replays(figures: dict[str, Any], ledger: Ledger, by: Actor) -> None:
    figures["tables"]["kiosk"] = directory.current_pack().section("reference/2018-05")["tables"]["kiosk"]
    assert statistics.replay(by=by, file=file(figures)).not_replayed == ("kiosk",)
    before = state()
    with pytest.raises(statistics_refusals_rules.TableNotReplayed) as refused:
        statistics.replay(by=by, file=file(figures), scale=0.5, only=["booking_by_route", "kiosk"])
    assert refused.value.fields["tables"] == "booking_by_hospital, booking_by_route"
    assert state() == before


@pytest.mark.parametrize("scale", [0, -1, 1.01, float("nan"), float("inf")])
def test_a_scale_is_a_share(figures: dict[str, Any], ledger: Ledger, by: Actor, scale: float) -> None:
    with pytest.raises(statistics_refusals_rules.ScaleRefused):
        statistics.replay(by=by, file=file(figures), scale=scale)
    assert (state(), ledger.plans) == ([], 0)


def test_a_plan_that_is_refused_writes_nothing(
    figures: dict[str, Any], ledger: Ledger, by: Actor, monkeypatch: pytest.MonkeyPatch
) -> None:
    statistics.replay(by=by, file=file(figures), scale=0.01)
    before, made = state(), ledger.made()

    def refuse(self: Ledger, request: Any) -> Any:
        raise ClinicClosed(where="2018-05")

    monkeypatch.setattr(Ledger, "plan", refuse)
    with pytest.raises(ClinicClosed):
        statistics.replay(by=by, file=file(figures), scale=1)
    assert (state(), ledger.made()) == (before, made)


def test_what_cannot_hold_is_kept_and_told(figures: dict[str, Any], ledger: Ledger, by: Actor, paper_pack: Any) -> None:
    table = figures["tables"]["booking_by_hospital"]
    table["printed_total"][1] += 1
    figures["tables"]["booking_by_route"]["rows"][0][2] = 60000
    figures["tables"]["booking_by_route"]["printed_total"] = 60000
    outcome = statistics.replay(by=by, file=file(figures))
    assert [(c.code, c.table, c.expected, c.counted) for c in of_file(outcome.differences)] == [
        ("printed_total", "booking_by_hospital", 68025, 68024),
        ("printed_routes_within_kind", "booking_by_route", 58869, 60000),
    ]
    said = statistics.said_checks(outcome.differences, Period("2018-05"))[1].said
    assert said is not None
    assert said.own.startswith("回放文件中这一条不成立：")
    assert "不超过“12320 在线”一栏" in said.own
    assert [check.code for check in kept()] == ["printed_total", "printed_routes_within_kind"]
    # The totals mended, the rows the same: nothing is replayed, and nothing is said any more.
    table["printed_total"][1] -= 1
    again = statistics.replay(by=by, file=file(figures))
    assert again.replayed[0].state == "nothing"
    assert [check.code for check in kept()] == ["printed_routes_within_kind"]


def test_fewer_events_than_planned_are_told(figures: dict[str, Any], ledger: Ledger, by: Actor) -> None:
    ledger.short = 1
    outcome = statistics.replay(by=by, file=file(figures))
    assert outcome.replayed[0].events == 233313
    assert [(c.code, c.expected, c.counted) for c in kept()] == [("replayed_events", 233317, 233313)]
    statistics.replay(by=by, file=file(figures))
    assert [c.code for c in kept()] == ["replayed_events"]


def test_a_plan_cut_otherwise_is_not_resumed(
    figures: dict[str, Any], ledger: Ledger, by: Actor, monkeypatch: pytest.MonkeyPatch
) -> None:
    ledger.fail_after = 1
    with pytest.raises(ClinicClosed):
        statistics.replay(by=by, file=file(figures))
    ledger.fail_after = None
    plan = Ledger.plan
    monkeypatch.setattr(Ledger, "plan", lambda self, request: plan(self, request)[:-1])
    outcome = statistics.replay(by=by, file=file(figures))
    assert (outcome.replayed[0].state, outcome.replayed[0].withdrawn) == ("replayed", 42)


def test_one_replay_of_a_month_at_a_time(
    figures: dict[str, Any], ledger: Ledger, by: Actor, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("jinling.data.statistics.usecases.replays.LOCK_PATIENCE", 0.3)
    held, release = threading.Event(), threading.Event()

    def other_process() -> None:
        with connection.cursor() as cursor:
            cursor.execute("SELECT pg_advisory_lock(%s, hashtext(%s))", [20180531, "2018-05"])
            held.set()
            release.wait(10)
        connection.close()

    thread = threading.Thread(target=other_process)
    thread.start()
    held.wait(10)
    try:
        with pytest.raises(statistics_refusals_rules.ReplayRunning):
            statistics.replay(by=by, file=file(figures))
        assert state() == []
    finally:
        release.set()
        thread.join()
    assert statistics.replay(by=by, file=file(figures)).replayed[0].state == "replayed"
