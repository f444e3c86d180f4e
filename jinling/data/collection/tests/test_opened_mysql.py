"""Opened databases that are not PostgreSQL: a real server that speaks MySQL's protocol (MariaDB), started here."""

from __future__ import annotations

import shutil
import socket
import subprocess
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from jinling.data.collection.models import OpenedDatabase
from jinling.data.collection.queries import manifest
from jinling.data.collection.testing import BY, an_institution
from jinling.data.collection.usecases.pulling import pull_one
from jinling.engine.connector import SourceRefused

pytestmark = [pytest.mark.journey, pytest.mark.django_db(transaction=True)]
CODE = "H_YL_MZ_MEDICAL_RECORD"
COLUMNS = {
    "YLJGDM": "org", "JZLSH": "visit", "KH": "card", "KLX": "card_kind", "JZKSRQ": "seen_on", "XGBZ": "state",
    "HZXM": "name", "SSY": "systolic", "JZKSBM": "dept", "JZKSMC": "dept_name", "ZZYSXM": "doctor",
}  # fmt: skip


def _program(*names: str) -> str:
    return next(
        (found for name in names if (found := shutil.which(name, path="/usr/sbin:/usr/bin:/usr/local/bin"))), ""
    )


@pytest.fixture(scope="module")
def server(tmp_path_factory) -> Iterator[tuple[Any, str]]:
    """A server of its own on the loopback: a way to say something to it, and the address of a reading account."""
    import pymysql

    daemon, installer = _program("mariadbd", "mysqld"), _program("mariadb-install-db", "mysql_install_db")
    if not daemon or not installer:
        pytest.skip("needs MariaDB (apt-get install mariadb-server)")
    folder: Path = tmp_path_factory.mktemp("m")
    with socket.socket() as one:
        one.bind(("127.0.0.1", 0))
        port = int(one.getsockname()[1])
    common = ["--no-defaults", f"--datadir={folder}/data"]
    as_root = ["--user=root"] if Path("/root").is_dir() and Path.home() == Path("/root") else []
    subprocess.run(
        [installer, *common, "--auth-root-authentication-method=normal", "--skip-test-db", *as_root],
        check=True, capture_output=True,
    )  # fmt: skip
    running = subprocess.Popen(
        [daemon, *common, *as_root, f"--port={port}", "--bind-address=127.0.0.1", f"--socket={folder}/s",
         f"--pid-file={folder}/pid", "--innodb-buffer-pool-size=16M", f"--log-error={folder}/log"]
    )  # fmt: skip
    try:
        until = time.monotonic() + 60
        while True:
            try:
                root = pymysql.connect(unix_socket=f"{folder}/s", user="root", autocommit=True)
                break
            except pymysql.OperationalError:
                assert time.monotonic() < until and running.poll() is None, (folder / "log").read_text()
                time.sleep(0.2)

        def tell(statement: str, *values: object) -> None:
            with root.cursor() as cursor:
                cursor.execute(statement, values)

        tell("CREATE DATABASE his CHARACTER SET utf8mb4")
        tell("CREATE USER reader@'127.0.0.1' IDENTIFIED BY 'word'")
        tell("GRANT SELECT, INSERT ON his.* TO reader@'127.0.0.1'")
        yield tell, f"mysql+pymysql://reader:word@127.0.0.1:{port}/his"
    finally:
        running.terminate()
        running.wait(30)


@pytest.fixture
def source(server, monkeypatch) -> Iterator[tuple[Any, OpenedDatabase]]:
    tell, address = server
    monkeypatch.setenv("HIS_ADDRESS", address)
    tell(
        "CREATE TABLE his.visits (org varchar(40), visit char(12), card varchar(10), card_kind char(1), seen_on date,"
        " state tinyint, name varchar(20), systolic decimal(4,1), dept varchar(5), dept_name varchar(10),"
        " doctor varchar(10), changed timestamp(3))"
    )
    yield (
        tell,
        OpenedDatabase.objects.create(
            organization=an_institution(),
            data_set=CODE,
            secret="HIS_ADDRESS",
            table="his.visits",
            columns=COLUMNS,
            watermark_column="changed",
        ),
    )
    tell("DROP TABLE his.visits")


def visit(tell: Any, source: OpenedDatabase, number: int, name: str, changed: str, systolic: str = "120") -> None:
    tell(
        "INSERT INTO his.visits VALUES (%s, %s, 'K1', '1', '2018-05-02', 0, %s, %s, 'D', 'Dept', 'Dr', %s)",
        source.organization.code, f"v{number}", name, systolic, changed,
    )  # fmt: skip


def stored() -> list[tuple[object, ...]]:
    paths = sorted(manifest.current_parts(data_sets=[CODE]).values_list("path", flat=True))
    return sorted(manifest.lake().rows(paths, ["JZLSH", "HZXM", "SSY"]), key=str)


def test_rows_are_read_from_the_watermark_on(source):
    tell, opened = source
    visit(tell, opened, 1, "欧阳", "2018-05-02 10:00:00.125")
    visit(tell, opened, 2, "李", "2018-05-02 11:00:00", systolic="9")
    done = pull_one(by=BY, source=opened)
    assert (done.accepted, done.rejected_by_rule) == (1, {"range:SSY": 1})
    opened.refresh_from_db()
    assert opened.watermark == "t:2018-05-02T11:00:00"
    tell("UPDATE his.visits SET systolic = 99, changed = '2018-05-02 12:00:00.5' WHERE visit = 'v2'")
    done = pull_one(by=BY, source=opened)
    assert (done.received, done.accepted) == (1, 1)
    assert [tuple(map(str, row)) for row in stored()] == [("v1", "欧阳", "120"), ("v2", "李", "99")]
    opened.refresh_from_db()
    assert opened.watermark == "t:2018-05-02T12:00:00.500000"


def test_a_table_that_is_not_there_is_refused(source):
    _tell, opened = source
    opened.table = "his.nowhere"
    opened.save()
    with pytest.raises(SourceRefused):
        pull_one(by=BY, source=opened)


def test_the_connection_cannot_write(source, server):
    import sqlalchemy as sa

    from jinling.engine.connector import _manners

    engine = sa.create_engine(server[1], connect_args=_manners(server[1]))
    with engine.connect() as held, pytest.raises(sa.exc.DBAPIError, match="READ ONLY"):
        held.execute(sa.text("INSERT INTO his.visits (org) VALUES ('x')"))
    engine.dispose()
