"""A row counts in the month in which it came first: figures of corrected rows, through the real intake."""

from __future__ import annotations

import io
from collections.abc import Iterable
from datetime import date
from zoneinfo import ZoneInfo

import pytest

from jinling.data.collection import models as collection_models, public as collection
from jinling.data.collection.testing import BY, a_row, as_csv
from jinling.data.collection.usecases import intake as collection_intake
from jinling.data.quality import figures, overview, queries
from jinling.data.quality.usecases import Return, keep_returns
from jinling.data.statistics import public as statistics
from jinling.engine.intake.refusals import FileRefused
from jinling.foundation.directory import public as directory
from jinling.kernel.figures import Figure
from jinling.kernel.periods import Period, Span

pytestmark = pytest.mark.django_db
VISITS, DISCHARGES = "H_YL_MZ_MEDICAL_RECORD", "H_HIS_ZY_DIS_REG"
TABLE, DRUM = "collection_hospital", "32010100"
MARCH, APRIL = Period("2019-03"), Period("2019-04")


def send(on: date, numbers: Iterable[int], code: str = VISITS, *, content: bytes = b"", **cells: str) -> None:
    """Rows of the hospital's by the numbers of their keys, in a file received on a day."""
    rows = [a_row(collection.catalogue().find(code), number, DRUM, **cells) for number in numbers]
    sent, _repeated = collection.receive(
        by=BY,
        stream=io.BytesIO(content or as_csv(code, rows)),
        file_name="rows.csv",
        data_set=code,
        organization=DRUM,
        channel="page",
        received_on=on,
    )
    collection_intake.process(by=BY, submission=sent.pk)


def row(period: Period) -> dict[str, object]:
    table = statistics.document(statistics.bulletin(str(period), only=[TABLE]))["tables"][TABLE]
    return dict(zip(table["columns"], table["rows"][table["codes"].index(DRUM)], strict=True))


def to_date(code: str, until: date) -> int:
    """What an indicator sums up for the hospital from the first day of March on."""
    indicator = next(one for one in figures.INDICATORS if one.code == code)
    span = Span(MARCH.first, until, ZoneInfo("Asia/Shanghai"))
    return indicator.since(span).get((directory.get(DRUM).pk,), 0)


@pytest.fixture(autouse=True)
def corrected(city) -> None:
    """Five visits and two discharges in March; in April two of the visits again, otherwise."""
    send(date(2019, 3, 4), range(1, 6))
    send(date(2019, 3, 5), range(1, 3), DISCHARGES)
    send(date(2019, 4, 9), [1, 2], HZXM="corrected")


def test_a_corrected_row_counts_in_the_month_in_which_it_came_first():
    march, april = row(MARCH), row(APRIL)
    assert (march["records_loaded"], march["outpatient_visits"], march["discharges"]) == (7, 5, 2)
    assert (april["records_loaded"], april["outpatient_visits"], april["discharges"]) == (0, 0, 0)
    assert to_date("collection.records_loaded", MARCH.last) == to_date("collection.records_loaded", APRIL.last) == 7
    assert collection.held_in_all() == 7


def test_a_table_of_which_only_corrections_came_was_sent_on_that_day():
    assert (row(APRIL)["tables_uploaded"], row(APRIL)["upload_days"]) == (1, 1)


def test_new_rows_beside_corrections_count():
    send(date(2019, 4, 10), [3, 6, 7], HZXM="corrected")
    send(date(2019, 4, 11), [6])
    assert (row(MARCH)["outpatient_visits"], row(APRIL)["outpatient_visits"]) == (5, 2)
    assert to_date("collection.records_loaded", APRIL.last) == 9 == collection.held_in_all()


def test_a_correction_within_the_month_counts_once():
    send(date(2019, 3, 30), [1], HZXM="otherwise")
    assert row(MARCH)["outpatient_visits"] == 5


def test_rates_of_bulletin_and_pages_count_the_same_visits():
    own = directory.get(DRUM)
    for period in (MARCH, APRIL):
        returned = [Return("outpatient", 10, organization=own.pk, comparable=True)]
        keep_returns(by=BY, period=str(period), returns=returned, source="a.csv")
    indicator = next(one for one in figures.INDICATORS if one.code == "collection.outpatient_rate")
    rates = {period: indicator.count(Span.of(period, ZoneInfo("Asia/Shanghai")))[own.pk,] for period in (MARCH, APRIL)}
    assert rates == {MARCH: Figure(50.0), APRIL: Figure(0.0)}
    compared = {
        one.period: one.rate.value
        for one in overview.compared(own, required_of="hospital")
        if one.measure == "outpatient"
    }
    assert compared == {MARCH: 50.0, APRIL: 0.0}
    assert [queries.waterfall(period, own.pk).rate.value for period in (MARCH, APRIL)] == [50.0, 0.0]


def test_the_days_of_receipt_say_what_was_accepted():
    assert collection.rows_by_day(APRIL)[date(2019, 4, 9)] == (2, 0)
    (day,) = collection.daily(APRIL)
    assert (day.received, day.accepted, day.corrections) == (2, 2, 2)
    [standing] = [one for one in overview.standings(APRIL, "hospital") if one.organization.pk == directory.get(DRUM).pk]
    assert (standing.sent.accepted, standing.sent.loaded, standing.valid) == (2, 0, 100.0)


def test_rejected_rows_and_refused_files_count_in_no_month():
    send(date(2019, 4, 12), [1, 8], SSY="12")
    with pytest.raises(FileRefused):
        send(date(2019, 4, 13), [], content=b"a,b\n1,2\n")
    april = row(APRIL)
    assert (april["records_loaded"], april["outpatient_visits"], april["upload_days"]) == (0, 0, 2)
    # Withdrawn, the correction leaves what came first.
    collection_models.Submission.objects.filter(received_on=date(2019, 4, 9)).update(
        state="refused", rows_accepted=0, corrections=0
    )
    assert (row(MARCH)["outpatient_visits"], row(APRIL)["outpatient_visits"]) == (5, 0)
