"""One clock a city: with a pack of another zone a month begins at one instant in every context.

In Wrenport (Europe/Lisbon) April 2021 begins at 2021-03-31 23:00 UTC: summer time began three days before.
"""

from __future__ import annotations

import io
import json
import os
import subprocess
import sys
from collections.abc import Iterator
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import pytest
import time_machine
from django.core.cache import cache
from django.core.management import call_command
from django.db import connection
from django.template import Context, Template
from django.test import Client
from django.utils import timezone

import jinling.foundation.directory.tests as directory_tests
from jinling.config.site.city import city_of
from jinling.data.collection import public as collection
from jinling.data.collection.testing import a_row, as_csv
from jinling.data.collection.usecases import intake as collection_intake
from jinling.data.statistics import public as statistics
from jinling.data.statistics.rules import refusals as statistics_refusals_rules
from jinling.foundation.access import public as access
from jinling.foundation.audit import public as audit
from jinling.foundation.directory import public as directory
from jinling.foundation.outbox.schedule import CityTask
from jinling.kernel.actor import system
from jinling.kernel.periods import Period, Span
from jinling.kernel.sockets import gather
from jinling.services.cards import public as cards
from jinling.services.cards.models import Card
from jinling.services.scheduling import public as scheduling
from jinling.services.scheduling.models import Appointment
from jinling.services.scheduling.testing import CLIENT, Hospital, a_session, some_patients
from jinling.services.scheduling.usecases.policies import set_release_window

WRENPORT = Path(str(directory_tests.__file__)).parent / "packs" / "wrenport"
BY = system("tests")
BEGINS = datetime(2021, 3, 31, 23, 0, tzinfo=UTC)
MARCH, APRIL = Period("2021-03"), Period("2021-04")
# Indicators that count each of the events once, in the month in which it happened.
ONE_A_MONTH = {
    "scheduling.bookings",
    "scheduling.bookings_by_route",
    "cards.issued",
    "collection.records_loaded",
    "collection.upload_days",
    "collection.deployments",
}
SIDES = {MARCH: BEGINS - timedelta(minutes=1), APRIL: BEGINS + timedelta(minutes=1)}


@pytest.fixture
def wrenport(db: None, settings: Any) -> Iterator[None]:
    """What settings take from the pack, and the pack loaded."""
    city = city_of(str(WRENPORT))
    settings.JINLING_CITY, settings.TIME_ZONE = str(WRENPORT), city.timezone
    cache.clear()
    directory.load_pack(by=BY)
    yield
    cache.clear()


@pytest.fixture
def events(wrenport: None) -> dict[Period, Any]:
    """A booking, a card, a file, a deployment and an audit entry one minute before April, and the same one after."""
    own = directory.get("H1")
    set_release_window(by=BY, organization=own.pk, audience="public", days=(0, 30), valid_from=date(2018, 1, 1))
    clinic = scheduling.open_clinic(by=BY, organization="H1", code="C9", name="General", department="General")
    hospital, patients = Hospital(own.pk, own.code, clinic.pk), some_patients(2)
    route = next(route.code for route in scheduling.routes().values() if route.audience == "public")
    collection.declare(by=BY, organization="H1", required_of="hospital", way="declared", from_on=date(2021, 1, 1))
    data_set = collection.catalogue().find("H_YL_MZ_MEDICAL_RECORD")
    made: dict[Period, Any] = {}
    for number, (month, at) in enumerate(SIDES.items()):
        with time_machine.travel(at, tick=False):
            session = a_session(hospital, in_days=10 + number)
            asked = scheduling.BookingRequest(session=session, patient=patients[number], route=route)
            taken = scheduling.book(by=CLIENT, request=asked)
            card = cards.issue(by=BY, issuer=hospital.id, card=cards.NewCard(patients[number]))
            row = a_row(data_set, number, hospital.code, **{data_set.event_date: "20210331"})
            sent, _repeated = collection.receive(
                by=BY,
                stream=io.BytesIO(as_csv(data_set.code, [row])),
                file_name=f"{number}.csv",
                data_set=data_set.code,
                channel="page",
                organization=hospital.code,
            )
            collection_intake.process(by=BY, submission=sent.pk)
            beat = collection.Heartbeat(hospital.id, "browser", f"w{number}", timezone.now())
            collection.beat_many(by=BY, heartbeats=[beat], batch="t")
            audit.record(by=system(f"of-{month}"), action="mpi.read")
        made[month] = {"appointment": taken.id, "card": card, "submission": sent.pk}
    return made


def counted(month: Period) -> dict[str, float]:
    """Those indicators for a month, summed over institutions."""
    span = Span.of(month, timezone.get_default_timezone())
    found = [one for _context, module in gather("figures") for one in getattr(module, "INDICATORS", ())]
    return {one.code: sum(map(float, one.count(span).values())) for one in found if one.code in ONE_A_MONTH}


def test_every_context_puts_an_event_into_the_same_month(events: dict[Period, Any]) -> None:
    for month in SIDES:
        assert counted(month) == dict.fromkeys(ONE_A_MONTH, 1), month
        bulletin = statistics.document(statistics.bulletin(str(month), only=["booking_by_hospital"]))
        assert bulletin["tables"]["booking_by_hospital"]["total"][-1] == 1
        first, last = month.first, month.last
        own = events[month]
        assert collection.submission(own["submission"]).received_on in month
        assert Appointment.objects.get(booked_at__date__range=(first, last)).pk == own["appointment"]
        assert Card.objects.get(issued_at__date__range=(first, last)).pk == own["card"]


def test_pages_say_the_citys_day(events: dict[Period, Any], client: Client) -> None:
    shown = Template("{% load jinling %}{{ at|date:'Y-m-d H:i' }} {{ at|day_long }}")
    said = {month: shown.render(Context({"at": at})) for month, at in SIDES.items()}
    assert said[MARCH].startswith("2021-03-31 23:59") and said[APRIL].startswith("2021-04-01 00:01")
    with time_machine.travel(SIDES[MARCH], tick=False), pytest.raises(statistics_refusals_rules.PeriodInFuture):
        statistics.bulletin(str(APRIL))
    for month, at in SIDES.items():
        with time_machine.travel(at, tick=False):
            assert timezone.localdate() == scheduling.today() and scheduling.today() in month


def test_the_audit_is_searched_by_the_citys_days(events: dict[Period, Any], client: Client) -> None:
    account = access.add_account(by=BY, username="auditor", password="Correct horse 7 battery", roles=["audit_admin"])
    client.force_login(account, backend="django.contrib.auth.backends.ModelBackend")
    for month, other in ((MARCH, APRIL), (APRIL, MARCH)):
        asked = {"since": month.first.isoformat(), "until": month.last.isoformat(), "action": "mpi.read"}
        page = client.get("/staff/audit/", asked).content.decode()
        assert f"of-{month}" in page and f"of-{other}" not in page


def test_jobs_begin_a_month_when_the_city_does(wrenport: None) -> None:
    line = CityTask(task=None, cron="0 0 1 * *", periodic_id="t", configure_kwargs={})  # type: ignore[arg-type]
    begin = line.croniter.get_next(ret_type=float, start_time=SIDES[MARCH].timestamp())
    assert datetime.fromtimestamp(begin, UTC) == BEGINS
    night = CityTask(task=None, cron="30 3 * * *", periodic_id="t", configure_kwargs={})  # type: ignore[arg-type]
    before_summer = datetime(2021, 3, 27, 12, tzinfo=UTC)
    starts = [night.croniter.get_next(ret_type=float, start_time=before_summer.timestamp())]
    starts += [night.croniter.get_next(ret_type=float) for _ in range(2)]
    assert [datetime.fromtimestamp(at, UTC) for at in starts] == [
        datetime(2021, 3, day, 2, 30, tzinfo=UTC) for day in (28, 29, 30)
    ]


def test_sessions_of_the_database_keep_to_utc(wrenport: None) -> None:
    with connection.cursor() as cursor:
        cursor.execute("SHOW timezone")
        assert cursor.fetchone() == ("UTC",)


def test_a_process_takes_its_clock_from_the_pack_alone(tmp_path: Path) -> None:
    """Whatever the machine's own zone says."""
    told = (
        "import json; from django.conf import settings; from django.utils import timezone;"
        "from jinling.services.scheduling.queries.policies import zone;"
        "print(json.dumps([settings.TIME_ZONE, str(timezone.get_default_timezone()), str(zone()),"
        " settings.JINLING_HOTLINE]))"
    )
    for city, clock in ((str(WRENPORT), "Europe/Lisbon"), ("nanjing", "Asia/Shanghai")):
        done = subprocess.run(
            [sys.executable, "-m", "jinling", "shell", "--no-imports", "--command", told],
            env={**os.environ, "JINLING_CITY": city, "TZ": "America/Lima", "DATABASE_URL": "postgresql://x@127.0.0.1:1/x"},
            capture_output=True, text=True, check=True, timeout=120,
        )  # fmt: skip
        assert json.loads(done.stdout) == [clock, clock, clock, "12320" if city == "nanjing" else ""]


@pytest.mark.django_db
@pytest.mark.parametrize("command", [("directory", "list"), ("worker", "--list"), ("bulletin", "2021-03")])
def test_a_command_refuses_the_database_of_another_city(
    command: tuple[str, ...], settings: Any, capsys: pytest.CaptureFixture[str]
) -> None:
    directory.load_pack(by=BY)
    settings.JINLING_CITY = str(WRENPORT)
    with pytest.raises(SystemExit) as ended:
        call_command(*command)
    told = capsys.readouterr()
    assert ended.value.code == 1 and told.out == "" and "Wrenport (WRN)" in told.err and "JINLING_CITY" in told.err
    settings.JINLING_CITY, settings.TIME_ZONE = "nanjing", "Asia/Urumqi"
    with pytest.raises(SystemExit) as ended:
        call_command(*command)
    told = capsys.readouterr()
    assert ended.value.code == 1 and "Asia/Shanghai" in told.err and "Asia/Urumqi" in told.err


def test_a_day_that_summer_time_shortens_begins_and_ends_right() -> None:
    city = ZoneInfo("Europe/Lisbon")
    march = Period("2021-03")
    assert march.start(city).astimezone(UTC) == datetime(2021, 3, 1, tzinfo=UTC)
    assert march.end(city).astimezone(UTC) == BEGINS
    assert Period("2021-10").end(city).astimezone(UTC) == datetime(2021, 11, 1, tzinfo=UTC)
    short = Period("2021-03-28")
    assert short.end(city).astimezone(UTC) - short.start(city).astimezone(UTC) == timedelta(hours=23)
