"""Canaries: a person is planted and used in many ways; then everything that was produced is searched for her."""

from __future__ import annotations

import io
import json
import logging
import logging.config
import re
from datetime import date

import pytest
from django.contrib.sessions.models import Session
from django.db import connection
from django.utils import timezone

from jinling.config.observing.logs import logging_settings
from jinling.foundation.access import public as access, queries as access_queries
from jinling.foundation.messaging import transports, usecases as messaging_usecases
from jinling.foundation.mpi import public as mpi
from jinling.kernel.actor import system
from jinling.kernel.outcomes import Refused

NAME, NUMBER, MOBILE = "欧阳金丝雀", "32010619900307102X", "13987654321"
CANARIES = (NAME, NUMBER, MOBILE, "139-8765-4321", "139 8765 4321", NUMBER.lower())
BY = system("test")
PASSWORD = "plum-blossom-hill-7"

pytestmark = pytest.mark.django_db


@pytest.fixture
def produced(tmp_path, monkeypatch):
    """Everything that leaves: log lines, what the terminal shows, answers, addresses of answers."""
    settings = logging_settings("DEBUG", "json")
    log = io.StringIO()
    settings["handlers"]["stderr"]["stream"] = log
    before = logging.getLogger().handlers[:], logging.getLogger().level
    logging.config.dictConfig(settings)
    monkeypatch.setattr(messaging_usecases, "transport", lambda: transports.FileTransport(tmp_path / "messages"))
    found: dict[str, list[str]] = {"answers": []}
    yield log, found
    logging.config.dictConfig(logging_settings("WARNING", "json"))
    logging.getLogger().handlers[:], level = before
    logging.getLogger().setLevel(level)


def identifiers_check_digit(first17: str) -> str:
    from jinling.kernel.identifiers import resident_check_digit

    return first17 + resident_check_digit(first17)


def test_nothing_that_is_produced_tells_who_she_is(client, produced, tmp_path, capsys):
    log, found = produced
    number = identifiers_check_digit(NUMBER[:17])
    canaries = {*CANARIES, number, number.lower()}
    client.raise_request_exception = False

    # She is registered, found, related, told something, and refused.
    person = mpi.NewPatient(
        name=NAME,
        birth_date=date(1990, 3, 7),
        sex="female",
        mobile=MOBILE,
        district="320106",
        identifiers=(mpi.Identifier("resident_id", number),),
        real_name_verified=True,
    )
    patient = mpi.register(by=BY, person=person)
    assert mpi.find(system="resident_id", value=number) == patient
    refusals = []
    for wrong in (number[:-1] + ("0" if number[-1] != "0" else "1"), number[:10], NAME):
        with pytest.raises(Refused) as refused:
            mpi.register(by=BY, person=mpi.NewPatient(name=NAME, identifiers=(mpi.Identifier("resident_id", wrong),)))
        refusals.append(str(refused.value) + json.dumps(dict(refused.value.fields), default=str))

    # She signs in, and somebody tries what one should not.
    def ask(method, address, **body):
        answer = getattr(client, method)(address, body)
        found["answers"].append(str(answer.get("Location", "")) + answer.content.decode(errors="replace"))
        return answer

    ask("post", "/sign-in/", mobile=MOBILE)
    messaging_usecases.send_waiting(now=timezone.now())
    sent = (tmp_path / "messages").glob("*.jsonl")
    code = re.search(r"\d{6}", json.loads(next(sent).read_text("utf-8").splitlines()[-1])["text"]).group()
    ask("post", "/sign-in/code/", code="000000")
    ask("post", "/sign-in/code/", code=code)
    account = access_queries.account(f"citizen-{client.session['_auth_user_id'].replace('-', '')}")
    mpi.relate(by=BY, account=str(account.pk), patient=patient, relation="self", verified=True)
    for page in ("/my/lookers/", "/my/consents/", "/bookings/", "/accounts/sessions/", "/"):
        ask("get", page)
    ask("post", "/my/consents/", patient=str(patient), decision="deny")
    ask("post", "/accounts/logout/")
    ask("post", "/accounts/login/", login=MOBILE, password=number)
    ask("post", "/accounts/login/", login=NAME, password=PASSWORD)
    _client, key = access.add_client(by=BY, code="quick", name="Quick", role="partner")
    for body in ({"name": NAME, "mobile": MOBILE, "identifier": number}, {"patient": number}, [NUMBER, NAME]):
        for address in ("/api/v1/appointments", "/api/v1/holds", "/api/v1/patients", "/api/v1/oauth/token"):
            answer = client.post(
                address, body, content_type="application/json", headers={"Authorization": f"Bearer {key}"}
            )
            if "errors" not in answer.content.decode():
                found["answers"].append(answer.content.decode())
    try:
        raise ValueError(f"{NAME} {number} {MOBILE}")
    except ValueError:
        logging.getLogger("django.request").exception("Internal Server Error: %s", f"/x/{number}")

    screen = capsys.readouterr()
    texts = {
        "log": log.getvalue(),
        "terminal": screen.out + screen.err,
        "answers": "\n".join(found["answers"]),
        "refusals": "\n".join(refusals),
        "metrics": client.get("/metrics").content.decode(),
        "database": _database(),
        "sessions": "".join(str(row.get_decoded()) for row in Session.objects.all()),
        "audit": str(access.roles() and list(_rows("audit_entry"))),
    }
    assert len(texts["log"]) > 500 and len(texts["database"]) > 5000
    told = [(where, canary) for where, text in texts.items() for canary in canaries if canary in text]
    assert told == []
    assert key not in texts["log"] + texts["database"] + texts["terminal"]


def _rows(table):
    with connection.cursor() as cursor:
        cursor.execute(f"SELECT t::text FROM {table} t")
        return [row[0] for row in cursor.fetchall()]


def _database():
    """Every row of every table as text; sealed values read as hexadecimal digits, so they are searched decoded."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT tablename FROM pg_tables WHERE schemaname = 'public'")
        tables = [row[0] for row in cursor.fetchall()]
    texts = [text for table in tables for text in _rows(connection.ops.quote_name(table))]
    raw = [
        bytes.fromhex(part).decode("utf-8", errors="replace")
        for text in texts
        for part in re.findall(r"\\x([0-9a-f]+)", text)
    ]
    return "\n".join(texts + raw)
