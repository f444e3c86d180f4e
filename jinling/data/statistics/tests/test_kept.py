"""Strangers read kept figures; the worker counts and keeps them, and holds them to the events every night."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime
from typing import Any

import pytest
import time_machine
from django.test import Client

from jinling.data.statistics import public as statistics
from jinling.data.statistics.models import KeptMonth, KeptSum
from jinling.data.statistics.tests.conftest import Ledger
from jinling.data.statistics.tests.test_bulletins import replayed
from jinling.data.statistics.tests.test_releases import MAY, counted, total
from jinling.data.statistics.usecases import keeping
from jinling.foundation.audit.models import Entry
from jinling.kernel.actor import Actor
from jinling.kernel.periods import Period

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("paper_pack")]
Offer = Callable[..., None]


def test_reading_starts_no_count(offer: Offer, client: Client, django_assert_max_num_queries: Any) -> None:
    counted(offer, 1, 2, 3, 4)
    with time_machine.travel("2018-06-10T08:00:00Z", tick=False):
        assert [str(month) for month in statistics.keep_due(now=datetime.now(UTC))] == ["2018-05", "2018-06"]
        offer({"scheduling.bookings": None})  # whoever counts now fails
        with django_assert_max_num_queries(6):
            answer = client.get("/api/v1/bulletin/2018-05")
        assert answer.json()["tables"]["booking_by_hospital"]["total"] == [1, 2, 3, 4, 10]
        assert answer.json()["standing"] == "not_released"
        assert client.get("/api/v1/bulletin/2018-06").json()["standing"] == "to_date"
        assert client.get("/api/v1/bulletin").json() == {"months": ["2018-06", "2018-05"]}


def test_a_month_that_nobody_counted_yet_says_so(offer: Offer, client: Client, ledger: Ledger, by: Actor) -> None:
    counted(offer, 1, 2, 3, 4)
    replayed(ledger, by, "2018-04")
    answer = client.get("/api/v1/bulletin/2018-04")
    assert (answer.status_code, answer.json()["type"]) == (503, "urn:jinling:problem:bulletin_pending")
    assert answer["Retry-After"] == "60"
    page = client.get("/bulletin/2018-04/")
    assert (page.status_code, page["Retry-After"]) == (503, "60")
    assert client.get("/api/v1/bulletin/1999-01").status_code == 404


def test_a_month_that_cannot_be_counted_stops_none_behind_it(offer: Offer, monkeypatch: pytest.MonkeyPatch) -> None:
    counted(offer, 1, 2, 3, 4)
    real = keeping.keep

    def keep(month: Period) -> None:
        if month == MAY:
            raise RuntimeError("broken")
        real(month)

    monkeypatch.setattr(keeping, "keep", keep)
    with time_machine.travel("2018-07-10T08:00:00Z", tick=False), pytest.raises(RuntimeError, match="broken"):
        statistics.keep_due(now=datetime.now(UTC))
    assert sorted(KeptMonth.objects.values_list("period", flat=True)) == ["2018-06", "2018-07"]


def test_a_sum_that_cannot_be_counted_keeps_no_month_from_being_kept(
    offer: Offer, by: Actor, monkeypatch: pytest.MonkeyPatch
) -> None:
    counted(offer, 1, 2, 3, 4)
    real = keeping.counted_now

    def count(indicator: Any, month: Period) -> Any:
        if month == MAY and indicator.code == "scheduling.bookings":
            raise RuntimeError("broken")
        return real(indicator, month)

    with time_machine.travel("2018-07-10T08:00:00Z", tick=False) as clock:
        statistics.keep_due(now=datetime.now(UTC))
        counted(offer, 2, 2, 3, 4)
        clock.shift(600)
        monkeypatch.setattr(keeping, "counted_now", count)
        with pytest.raises(RuntimeError, match="broken"):
            statistics.recount(by=by, now=datetime.now(UTC))
        assert total(statistics.kept_bulletin("2018-06"))[-1] == 11
        told = Entry.objects.filter(action="statistics.sum_moved").values_list("target", flat=True)
        assert list(told) == ["KeptSum/scheduling.bookings/2018-06"]


def test_a_sum_is_mended_and_told_or_neither(offer: Offer, by: Actor, monkeypatch: pytest.MonkeyPatch) -> None:
    counted(offer, 1, 2, 3, 4)
    with time_machine.travel("2018-06-10T08:00:00Z", tick=False):
        statistics.keep_due(now=datetime.now(UTC))
        counted(offer, 2, 2, 3, 4)
        with monkeypatch.context() as broken:
            broken.setattr(keeping.audit, "record", lambda **act: 1 / 0)
            with pytest.raises(ZeroDivisionError):
                statistics.recount(by=by, now=datetime.now(UTC))
        assert [one.after for one in statistics.recount(by=by, now=datetime.now(UTC))] == [11]


def test_a_month_read_after_its_end_is_no_longer_running(offer: Offer, client: Client) -> None:
    counted(offer, 1, 2, 3, 4)
    with time_machine.travel("2018-05-20T08:00:00Z", tick=False) as clock:
        statistics.keep_due(now=datetime.now(UTC))
        assert client.get("/api/v1/bulletin/2018-05").json()["standing"] == "to_date"
        clock.move_to("2018-06-20T08:00:00Z")
        assert client.get("/api/v1/bulletin/2018-05").json()["standing"] == "not_released"


def test_what_is_due_is_counted_and_nothing_else(offer: Offer, ledger: Ledger, by: Actor) -> None:
    counted(offer, 1, 2, 3, 4)
    with time_machine.travel("2018-06-10T08:00:00Z", tick=False) as clock:

        def due() -> list[str]:
            return [str(month) for month in statistics.keep_due(now=datetime.now(UTC))]

        assert due() == ["2018-05", "2018-06"]
        assert due() == []
        clock.shift(299)
        assert due() == []
        clock.shift(1)
        assert due() == ["2018-06"]  # the running month, every five minutes
        replayed(ledger, by, "2018-05")
        clock.shift(1)
        assert due() == ["2018-05", "2018-06"]  # the month replayed, and the totals to date after it
        clock.move_to("2018-07-01T01:00:00Z")
        assert due() == ["2018-06", "2018-07"]  # June has ended


def test_totals_to_date_rest_on_kept_months_and_a_recount_finds_what_moved(
    offer: Offer, by: Actor, monkeypatch: pytest.MonkeyPatch
) -> None:
    def to_date(period: str) -> Any:
        return statistics.document(statistics.kept_bulletin(period))["tables"]["booking_by_hospital"]["cumulative"]

    with time_machine.travel("2018-08-10T08:00:00Z", tick=False) as clock:
        counted(offer, 1, 2, 3, 4)
        statistics.keep_due(now=datetime.now(UTC))
        assert to_date("2018-07") == 11500747 + 30
        asked: list[Period] = []
        real = keeping.counted_now
        monkeypatch.setattr(
            "jinling.data.statistics.queries.kept.counted_now",
            lambda indicator, month: asked.append(month) or real(indicator, month),
        )
        clock.shift(600)
        keeping.keep(Period("2018-08"))
        assert asked == []  # of the months before, none was counted again
        assert to_date("2018-08") == 11500747 + 40
        counted(offer, 2, 2, 3, 4)  # something came late into every month
        moved = statistics.recount(by=by, now=datetime.now(UTC))
        assert {(one.period, one.before, one.after) for one in moved if one.indicator == "scheduling.bookings"} == {
            ("2018-05", 10, 11),
            ("2018-06", 10, 11),
            ("2018-07", 10, 11),
        }
        assert to_date("2018-07") == 11500747 + 33
        assert statistics.recount(by=by, now=datetime.now(UTC)) == []
        assert Entry.objects.filter(action="statistics.sum_moved").count() == len(moved)
        assert KeptSum.objects.filter(indicator="scheduling.bookings").count() == 3


def test_a_month_whose_replay_was_taken_back_is_kept_no_longer(offer: Offer, ledger: Ledger, by: Actor) -> None:
    counted(offer, 1, 2, 3, 4)
    with time_machine.travel("2018-06-10T08:00:00Z", tick=False):
        KeptMonth.objects.create(period="2018-01", document={}, counted_at=datetime.now(UTC))
        statistics.keep_due(now=datetime.now(UTC))
    assert sorted(KeptMonth.objects.values_list("period", flat=True)) == ["2018-05", "2018-06"]
