"""Opened databases: what changed since the watermark, from a real PostgreSQL."""

from __future__ import annotations

from urllib.parse import quote

import pytest
from django.db import connection

from jinling.data.collection import queries
from jinling.data.collection.models import OpenedDatabase, Submission
from jinling.data.collection.testing import BY, an_institution
from jinling.data.collection.usecases.pulling import pull_all, pull_one
from jinling.engine.connector import SourceRefused

pytestmark = pytest.mark.django_db(transaction=True)
CODE = "H_YL_MZ_MEDICAL_RECORD"
COLUMNS = {
    "YLJGDM": "org",
    "JZLSH": "visit",
    "KH": "card",
    "KLX": "card_kind",
    "JZKSRQ": "seen_on",
    "XGBZ": "state",
    "HZXM": "name",
    "SSY": "systolic",
    "JZKSBM": "dept",
    "JZKSMC": "dept_name",
    "ZZYSXM": "doctor",
}


def url() -> str:
    one = connection.settings_dict
    name = f"{quote(one['USER'] or '')}:{quote(one['PASSWORD'] or '')}"
    host, port = quote(one["HOST"] or "localhost"), one["PORT"] or 5432
    return f"postgresql+psycopg://{name}@/{one['NAME']}?host={host}&port={port}"


def run(sql: str, *values: object) -> None:
    with connection.cursor() as cursor:
        cursor.execute(sql, values)


@pytest.fixture
def source(monkeypatch):
    hospital = an_institution()
    monkeypatch.setenv("HIS_ADDRESS", url())
    run(
        "CREATE TABLE his_visits (org text, visit char(12), card text, card_kind char(1), seen_on date, state int,"
        " name text, systolic numeric(4,1), dept text, dept_name text, doctor text, changed timestamp)"
    )
    yield OpenedDatabase.objects.create(
        organization=hospital,
        data_set=CODE,
        secret="HIS_ADDRESS",
        table="public.his_visits",
        columns=COLUMNS,
        watermark_column="changed",
    )
    run("DROP TABLE his_visits")


def visit(source, number: int, *, name: str = "n", changed: str = "2018-05-02 10:00:00", systolic: float = 120) -> None:
    run(
        "INSERT INTO his_visits VALUES (%s, %s, 'K1', '1', '2018-05-02', 0, %s, %s, 'D', 'Dept', 'Dr', %s)",
        source.organization.code,
        f"v{number}",
        name,
        systolic,
        changed,
    )


def stored() -> list[tuple]:
    paths = sorted(queries.current_parts(data_sets=[CODE]).values_list("path", flat=True))
    return sorted(queries.lake().rows(paths, ["JZLSH", "HZXM"]))


def test_rows_are_read_from_the_watermark_on(source):
    visit(source, 1)
    visit(source, 2, changed="2018-05-02 11:00:00")
    done = pull_one(by=BY, source=source)
    assert (done.accepted, done.rejected) == (2, 0), done.rejected_by_rule
    source.refresh_from_db()
    assert source.watermark == "t:2018-05-02T11:00:00"
    visit(source, 3, changed="2018-05-02 12:00:00")
    run("UPDATE his_visits SET name = 'new', changed = '2018-05-02 12:30:00' WHERE visit = 'v1'")
    done = pull_one(by=BY, source=source)
    assert (done.received, done.accepted, done.duplicates, done.corrections) == (3, 2, 1, 1)
    assert stored() == [("v1", "new"), ("v2", "n"), ("v3", "n")]
    assert set(Submission.objects.values_list("channel", flat=True)) == {"database"}


def test_nothing_new_is_no_new_submission(source):
    assert pull_one(by=BY, source=source) is None
    visit(source, 1)
    (done,) = pull_all(by=BY)
    source.refresh_from_db()
    again = pull_one(by=BY, source=source)
    assert again.repeated and again.submission == done.submission


def test_bad_cells_are_rejected_like_any(source):
    visit(source, 1)
    visit(source, 2, systolic=9)
    done = pull_one(by=BY, source=source)
    assert (done.accepted, done.rejected_by_rule) == (1, {"range:SSY": 1})


@pytest.mark.parametrize(
    "change",
    [
        {"table": "nowhere"},
        {"watermark_column": "nothing"},
        {"secret": "NOT_SET"},
        {"columns": {**COLUMNS, "TW": "temperature"}},
    ],
)
def test_a_database_that_cannot_be_read_is_refused_and_the_watermark_stays(source, change):
    visit(source, 1)
    for name, value in change.items():
        setattr(source, name, value)
    source.save()
    with pytest.raises(SourceRefused):
        pull_one(by=BY, source=source)
    source.refresh_from_db()
    assert (source.watermark, source.problem) == ("", "source_refused")
    assert not Submission.objects.exists()
    assert pull_all(by=BY) == []


def test_the_connection_cannot_write(source, monkeypatch):
    import sqlalchemy as sa

    from jinling.engine.connector import _patience

    engine = sa.create_engine(url(), connect_args=_patience(url()))
    with engine.connect() as held, pytest.raises(sa.exc.DBAPIError):
        held.execute(sa.text("DELETE FROM his_visits"))
    engine.dispose()
