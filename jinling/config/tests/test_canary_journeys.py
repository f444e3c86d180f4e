"""Canaries on real journeys: a person books, is in an uploaded file, and is in the hands of what fails; then search."""

from __future__ import annotations

import io
import json
import logging
import logging.config
import re
from datetime import date

import pytest
from django.db import connection, transaction
from django.test import Client
from django.utils import timezone

from jinling.config.observing.logs import logging_settings
from jinling.config.tests.test_canaries import _database, _rows, identifiers_check_digit
from jinling.data.collection import public as collection
from jinling.data.collection.testing import a_row, an_institution, as_csv
from jinling.data.collection.usecases import intake as collection_intake
from jinling.foundation.access import events as access_events, guards as access_guards
from jinling.foundation.messaging import public as messaging, transports, usecases as messaging_usecases
from jinling.foundation.mpi import public as mpi
from jinling.foundation.outbox import public as outbox, schedule, usecases as outbox_usecases
from jinling.foundation.outbox.models import Event, Failure
from jinling.kernel.actor import system
from jinling.kernel.sockets import Handler, Job
from jinling.services.scheduling import public as scheduling
from jinling.services.scheduling.testing import a_hospital, a_session

NAME, LATIN, MOBILE = "欧阳金丝雀", "Ouyang Canarybird", "13987654321"
NUMBER = identifiers_check_digit("32010619900307102")
CANARIES = (NAME, LATIN, MOBILE, NUMBER, "139 8765 4321", "139-8765-4321", "Canarybird", "金丝雀")
BY = system("test")

pytestmark = pytest.mark.django_db


@pytest.fixture
def log(settings, tmp_path, monkeypatch):
    """The log at its most talkative, as JSON lines; a home of its own; messages into files."""
    settings.HOME, settings.DEBUG = tmp_path / "home", False
    monkeypatch.delenv("JINLING_LAKE", raising=False)
    monkeypatch.delenv("JINLING_ENGINE", raising=False)
    monkeypatch.setattr(messaging_usecases, "transport", lambda: transports.FileTransport(tmp_path / "phone"))
    configured, lines = logging_settings("DEBUG", "json"), io.StringIO()
    configured["handlers"]["stderr"]["stream"] = lines
    before = logging.getLogger().handlers[:], logging.getLogger().level
    logging.config.dictConfig(configured)
    yield lines
    logging.getLogger().handlers[:], level = before
    logging.getLogger().setLevel(level)


def searched(lines, capsys, client, *more: str) -> dict[str, str]:
    screen = capsys.readouterr()
    return {
        "log": lines.getvalue(),
        "terminal": screen.out + screen.err,
        "metrics": client.get("/metrics").content.decode(),
        "database": _database(),
        "audit": "\n".join(_rows("audit_entry")),
        "events": "\n".join(_rows(Event._meta.db_table) + _rows(Failure._meta.db_table)),
        "messages": "\n".join(_rows("messaging_message")),
        "more": "\n".join(more),
    }


def found_in(texts: dict[str, str]) -> list[tuple[str, str]]:
    return [(where, canary) for where, text in texts.items() for canary in CANARIES if canary in text]


def test_a_booking_from_the_sign_in_to_the_notice(log, capsys, tmp_path):
    person = mpi.NewPatient(
        name=NAME, birth_date=date(1990, 3, 7), sex="female", mobile=MOBILE, district="320106",
        identifiers=(mpi.Identifier("resident_id", NUMBER),), real_name_verified=True,
    )  # fmt: skip
    patient = mpi.register(by=BY, person=person)
    session, client, answers = a_session(a_hospital()), Client(HTTP_ACCEPT_LANGUAGE="en"), []

    def ask(method: str, address: str, **body: str):
        answer = getattr(client, method)(address, body)
        shown = "" if body.get("number") or "mobile" in body else answer.content.decode(errors="replace")
        answers.append(f"{answer.get('Location', '')} {answer.headers} {shown}")
        return answer

    ask("post", "/sign-in/", mobile=MOBILE)
    messaging_usecases.send_waiting(now=timezone.now())
    arrived = next((tmp_path / "phone").glob("*.jsonl")).read_text("utf-8").splitlines()
    code = re.search(r"\d{6}", json.loads(arrived[-1])["text"]).group()
    ask("post", "/sign-in/code/", code=code)
    ask("post", "/my/identity/", name="王小明", document="resident_id", number=NUMBER)
    assert ask("post", "/my/identity/", name=NAME, document="resident_id", number=NUMBER).status_code == 302
    for page in ("/my/identity/", "/people/", "/booking/", "/bookings/", "/cards/", "/my/lookers/?own=1"):
        assert ask("get", page).status_code == 200, page
    by = access_guards.actor_of  # the actor of the account, as pages build it
    request = type("Asked", (), {"user": _account(client), "request_id": "r"})()
    taken = scheduling.book(
        by=by(request), request=scheduling.BookingRequest(session=session, patient=patient, route="app")
    )
    assert ask("get", "/bookings/").status_code == 200 and taken
    while outbox_usecases.deliver():
        pass
    messaging_usecases.send_waiting(now=timezone.now())
    texts = searched(log, capsys, client, *answers)
    assert len(texts["events"]) > 100 and len(texts["messages"]) > 50 and "scheduling.book" in texts["audit"]
    assert found_in(texts) == []


def _account(client):
    from jinling.foundation.access.models import Account

    return Account.objects.get(pk=client.session["_auth_user_id"])


def test_an_uploaded_file_with_bad_rows(log, capsys, tmp_path, client):
    institution = an_institution()
    data_set = collection.catalogue().find("H_YL_MZ_MEDICAL_RECORD")
    bad = [
        a_row(data_set, number, institution.code, **{column.name: canary})
        for number, (column, canary) in enumerate(
            (column, canary) for column in data_set.columns[:12] for canary in (NAME, NUMBER, MOBILE, LATIN)
        )
    ]
    file = tmp_path / "visits.csv"
    file.write_bytes(as_csv("H_YL_MZ_MEDICAL_RECORD", [*bad, a_row(data_set, 900, institution.code)]))
    outcome = collection_intake.ingest(
        by=BY, file=file, data_set="H_YL_MZ_MEDICAL_RECORD", organization=institution.code
    )
    assert "rejected" in str(outcome)
    torn = tmp_path / "torn.csv"
    torn.write_bytes(f"{NAME},{NUMBER}\n{MOBILE}\n\x00{LATIN}".encode())
    with pytest.raises(Exception) as refused:
        collection_intake.ingest(by=BY, file=torn, data_set="H_YL_MZ_MEDICAL_RECORD", organization=institution.code)
    while outbox_usecases.deliver():
        pass
    # What a hospital sent lies in files under the home, for that hospital to repair, and nowhere else.
    assert found_in(searched(log, capsys, client, str(outcome), str(refused.value))) == []


def test_what_fails_says_where_and_not_whom(log, capsys, tmp_path, client, monkeypatch):
    from jinling.channels.portal import pages

    words = f"{NAME} {LATIN} {NUMBER} {MOBILE}"

    def fails(*_, **__):
        person = words  # a local variable, as a debugger would print it
        try:
            with transaction.atomic(), connection.cursor() as cursor:
                cursor.execute("SELECT ('x' || %s)::integer", [person])
        except Exception as error:
            raise ValueError(f"{person} cannot be read") from error

    client.raise_request_exception = False
    monkeypatch.setattr(pages, "show", fails)
    broken = client.get("/")
    assert broken.status_code == 500
    outbox.announce(access_events.ConsentChanged("c", "p", "deny", withdrawn=False))
    bad = Handler("canary", ("access.ConsentChanged",), fails)
    monkeypatch.setattr(outbox_usecases, "handlers", lambda: (bad,))
    while outbox_usecases.deliver():
        pass
    outbox_usecases.retry(now=timezone.now(), everything=True)
    assert Failure.objects.get().error == "ValueError"
    with pytest.raises(ValueError):
        schedule._runner(Job("canary", "* * * * *", fails))(0)
    try:
        fails()
    except ValueError:
        logging.getLogger("procrastinate.worker").exception("Job canary ended with status: Error")

    class Broken:
        def send(self, **_):
            raise OSError(f"550 <{MOBILE}> {NAME} refused")

    monkeypatch.setattr(messaging_usecases, "transport", Broken)
    messaging.send(
        by=BY, to=messaging.Recipient("address", MOBILE), template="access.sign_in_code",
        fields={"code": "428571", "minutes": 5},
    )  # fmt: skip
    messaging_usecases.send_waiting(now=timezone.now())
    texts = searched(log, capsys, client, broken.content.decode(), str(broken.headers))
    told = [json.loads(line) for line in texts["log"].splitlines()]
    failures = [line["exception"] for line in told if "exception" in line]
    assert any("ValueError" in text and "in fails" in text and "DataError" in text for text in failures)
    assert {"handler_failed", "job_failed", "message_not_sent"} <= {line["event"] for line in told}
    assert found_in(texts) == []


def test_the_search_finds_what_is_there(log, capsys, client):
    """A canary that nobody hides is seen in each place that is searched."""
    logging.getLogger("x").warning("plain %s", LATIN)  # a Latin name in a sentence cannot be told from other words
    Event.objects.create(type="t", payload={"name": LATIN})
    print(LATIN)
    where = {place for place, canary in found_in(searched(log, capsys, client)) if canary == LATIN}
    assert {"log", "terminal", "events", "database"} <= where
