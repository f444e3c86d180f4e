"""Opened databases: what changed since the watermark, from a real PostgreSQL."""

from __future__ import annotations

import json
from urllib.parse import quote

import pytest
from django.core.management import call_command
from django.db import connection

from jinling.data.collection import public as collection
from jinling.data.collection.models import OpenedDatabase, Submission
from jinling.data.collection.queries import manifest
from jinling.data.collection.testing import BY, an_institution
from jinling.data.collection.usecases.pulling import open_database, pull_all, pull_one
from jinling.engine.connector import Agreement, SourceRefused, pull
from jinling.kernel.outcomes import Refused

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
    paths = sorted(manifest.current_parts(data_sets=[CODE]).values_list("path", flat=True))
    return sorted(manifest.lake().rows(paths, ["JZLSH", "HZXM"]))


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

    from jinling.engine.connector import _manners

    engine = sa.create_engine(url(), connect_args=_manners(url()))
    with engine.connect() as held, pytest.raises(sa.exc.DBAPIError):
        held.execute(sa.text("DELETE FROM his_visits"))
    engine.dispose()


def test_rows_that_share_a_watermark_are_read_to_their_end(source, tmp_path, monkeypatch):
    for number in range(7):
        visit(source, number, changed="2018-05-02 10:00:00")
    visit(source, 8, changed="2018-05-02 10:00:01")
    agreement = Agreement(source.table, source.columns, source.watermark_column)
    data_set = collection.catalogue().find(CODE)
    first = pull(url(), agreement, data_set, after=None, to=tmp_path / "a.csv", limit=3)
    assert (first.rows, first.watermark) == (7, "t:2018-05-02T10:00:00")
    second = pull(url(), agreement, data_set, after=first.watermark, to=tmp_path / "b.csv", limit=8)
    assert (second.rows, second.watermark) == (8, "t:2018-05-02T10:00:01")


def test_an_operator_declares_reads_and_closes_one(source, capsys):
    OpenedDatabase.objects.all().delete()
    visit(source, 1)
    which = ["--organization", source.organization.code, "--dataset", CODE]
    pairs = [word for name, column in COLUMNS.items() for word in ("--column", f"{name}={column}")]
    more = ["--secret", "HIS_ADDRESS", "--table", "public.his_visits", "--watermark", "changed"]
    call_command("source", "add", *which, *more, *pairs, prepare=False)
    capsys.readouterr()
    call_command("source", "pull", *which, "--json", prepare=False)
    (told,) = json.loads(capsys.readouterr().out)
    assert (told["state"], told["accepted"]) == ("stored", 1)
    call_command("source", "list", "--json", prepare=False)
    (one,) = json.loads(capsys.readouterr().out)
    assert (one["watermark"], one["problem"], one["active"]) == ("t:2018-05-02T10:00:00", "", True)
    assert "postgresql" not in json.dumps(one)
    call_command("source", "close", *which, prepare=False)
    assert pull_all(by=BY) == []
    # Declared again it goes on from where it was; another table begins anew.
    call_command("source", "add", *which, *more, *pairs, prepare=False)
    assert OpenedDatabase.objects.get().watermark == "t:2018-05-02T10:00:00"
    call_command("source", "add", *which, *more[:2], "--table", "other", *more[4:], *pairs, prepare=False)
    assert OpenedDatabase.objects.get().watermark == ""
    with pytest.raises(SystemExit) as ended:
        call_command("source", "pull", prepare=False)
    assert ended.value.code == 1


@pytest.mark.parametrize(
    "change",
    [
        {"secret": "postgresql://user:word@host/db"},
        {"columns": {"NOWHERE": "x"}},
        {"columns": {"HZXM": "name"}},
        {"data_set": "H_NOTHING"},
        {"organization": "nobody at all"},
        {"table": ""},
    ],
)
def test_an_agreement_that_does_not_fit_is_refused(change):
    hospital = an_institution()
    asked = {
        "organization": hospital.code,
        "data_set": CODE,
        "secret": "HIS_ADDRESS",
        "table": "t",
        "watermark": "changed",
        "columns": COLUMNS,
        **change,
    }
    with pytest.raises(Refused) as refused:
        open_database(by=BY, **asked)
    assert "word" not in refused.value.message()
    assert not OpenedDatabase.objects.exists()


@pytest.mark.parametrize("address", ["mysql+pymysql://u:word@127.0.0.1:1/his", "mssql+pytds://u:word@127.0.0.1:1/his"])
def test_other_makes_have_their_drivers_and_say_when_nobody_is_there(source, monkeypatch, address):
    monkeypatch.setenv("HIS_ADDRESS", address)
    with pytest.raises(SourceRefused) as refused:
        pull_one(by=BY, source=source)
    assert "ImportError" not in refused.value.message() and "NoSuchModule" not in refused.value.message()
    assert "word" not in refused.value.message()
    assert OpenedDatabase.objects.get().problem == "source_refused"
