"""The demo hospital's last days: good files, a corrected one, one with rows to repair, one that was refused."""

from __future__ import annotations

import io
from datetime import date, timedelta

from django.utils import timezone

from jinling.data.collection.catalogue.reading import catalogue
from jinling.data.collection.models import Participation, Submission
from jinling.data.collection.rules import Channel
from jinling.data.collection.testing import a_row, as_csv
from jinling.data.collection.usecases.declaring import declare
from jinling.data.collection.usecases.intake import process, receive
from jinling.engine.intake.refusals import FileRefused
from jinling.foundation.directory import public as directory
from jinling.kernel.actor import system

DEMO = system("collection.demo", purpose="STATS")
BATCH = "demo"
VISITS, REGISTERED = "H_YL_MZ_MEDICAL_RECORD", "H_HIS_MZ_REG"
DAYS, ROWS = 6, 40
# Cells that break a rule, by line of the file that is to be repaired.
BROKEN: dict[int, dict[str, str]] = {
    3: {"SSY": "12"},
    7: {"SSY": "1200"},
    8: {"KLX": "Z"},
    15: {"TW": "99"},
    16: {"TW": "96", "SSY": "9"},
    22: {"KLX": "X9"},
}


def load(scale: float, seed: int) -> int:
    """Send some days of two tables for the city's first hospital; returns the rows stored.

    What was sent for the demo before stays, and nothing is sent twice. ``scale`` and ``seed`` do not matter: the
    hospital's pages show the same work in a city small or large. A city whose pack asks for no data sets gets none.
    """
    if not directory.current_pack().has("collection"):
        return 0
    hospital = directory.organizations(kind="hospital").first()
    if hospital is None or Submission.objects.filter(batch=BATCH).exists():
        return 0
    today = timezone.localdate()
    if not Participation.objects.filter(organization=hospital).exists():
        listed = [one.code for one in catalogue().required_of("hospital", on=today)]
        declare(
            by=DEMO,
            organization=hospital.code,
            required_of="hospital",
            way=Participation.Way.DECLARED,
            data_sets=listed,
            from_on=today.replace(day=1),
        )
    stored = 0
    for ago in range(DAYS, 0, -1):
        day = today - timedelta(days=ago)
        for code in (VISITS, REGISTERED):
            stored += _send(hospital, code, _rows(hospital, code, day), f"{code.lower()}-{day}.csv", day)
    broken = _rows(hospital, VISITS, today)
    for line, cells in BROKEN.items():
        broken[line - 2] |= cells
    stored += _send(hospital, VISITS, broken, f"{VISITS.lower()}-{today}.csv", today)
    _send(hospital, REGISTERED, None, "registrations.pdf", today)
    return stored


def _rows(hospital: directory.Organization, code: str, day: date) -> list[dict[str, str]]:
    """Rows that pass, their business keys made of the day."""
    data_set = catalogue().find(code)
    column = data_set.by_name[data_set.event_date]
    moment = f"{day:%Y%m%d}" if column.format.kind == "day" else f"{day:%Y%m%d}T083000"
    first = day.toordinal() * 1000
    return [a_row(data_set, first + number, hospital.code, **{data_set.event_date: moment}) for number in range(ROWS)]


def _send(hospital: directory.Organization, code: str, rows: list[dict[str, str]] | None, name: str, day: date) -> int:
    """Receive and process one file as if it had come by page on a day; None sends what is no table."""
    content = b"%PDF-1.7" if rows is None else as_csv(code, rows)
    one, repeated = receive(
        by=DEMO,
        stream=io.BytesIO(content),
        file_name=name,
        data_set=code,
        organization=hospital.code,
        channel=Channel.PAGE,
        received_on=day,
        batch=BATCH,
    )
    if repeated:
        return 0
    try:
        return process(by=DEMO, submission=one.pk).accepted
    except FileRefused:
        return 0
