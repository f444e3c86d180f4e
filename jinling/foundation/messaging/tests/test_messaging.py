"""Messaging: what is asked for goes out once, what lies in the past goes to nobody."""

from __future__ import annotations

import json
from datetime import UTC, date, datetime, time, timedelta

import pytest
from django.utils import timezone

from jinling.foundation.audit.models import Entry
from jinling.foundation.messaging import (
    address_books,
    public as messaging,
    transports,
    usecases,
)
from jinling.foundation.messaging.models import Message
from jinling.foundation.messaging.rules import (
    LIFE,
    MAX_ATTEMPTS,
    MissingField,
    SkipReason,
    TemplateUnknown,
    fields_of,
    next_try,
    worded,
)
from jinling.kernel.actor import system

pytestmark = pytest.mark.django_db
BY = system("test")
CODE = {"code": "123456", "minutes": 5}
MOBILE = "13912345678"


@pytest.fixture
def outgoing(tmp_path, monkeypatch):
    """The folder to which the file transport writes."""
    monkeypatch.setattr(usecases, "transport", lambda: transports.FileTransport(tmp_path))
    return tmp_path


def lines(folder):
    return [json.loads(line) for path in folder.glob("*.jsonl") for line in path.read_text("utf-8").splitlines()]


def ask(**changes):
    wanted = {
        "by": BY,
        "to": messaging.Recipient("address", MOBILE),
        "template": "access.sign_in_code",
        "fields": CODE,
    } | changes
    messaging.send(**wanted)


def test_a_notice_goes_out_once_with_its_text(outgoing):
    ask(dedupe="one")
    ask(dedupe="one")
    assert usecases.send_waiting(now=timezone.now()) == 1
    assert usecases.send_waiting(now=timezone.now()) == 0
    [line] = lines(outgoing)
    assert line["to"] == MOBILE and "123456" in line["text"]
    assert Message.objects.get().status == "sent"


def test_languages_differ_and_unknown_ones_fall_back(outgoing):
    ask(language="en")
    ask(language="fr")
    usecases.send_waiting(now=timezone.now())
    texts = sorted(line["text"] for line in lines(outgoing))
    assert texts[0].startswith("Your code is 123456")
    assert texts[1].startswith("验证码")


def test_neither_address_nor_text_lies_open_in_the_table(outgoing):
    ask()
    usecases.send_waiting(now=timezone.now())
    row = Message.objects.get()
    raw = b"".join([bytes(row.address_sealed), bytes(row.text_sealed), row.recipient.encode(), row.subject.encode()])
    assert MOBILE.encode() not in raw and b"123456" not in raw and bytes(row.address_sealed)


def test_the_past_is_told_to_nobody(outgoing):
    ask(occurs_at=timezone.now() - timedelta(seconds=1))
    assert usecases.send_waiting(now=timezone.now()) == 0
    row = Message.objects.get()
    assert (row.status, row.reason, bytes(row.text_sealed)) == ("skipped", "past", b"")
    ask(occurs_at=timezone.now() + timedelta(hours=1))
    usecases.send_waiting(now=timezone.now())
    assert len(lines(outgoing)) == 1


def test_an_unworded_notice_is_refused_and_nothing_is_queued():
    with pytest.raises(TemplateUnknown):
        ask(template="access.nothing")
    good = messaging.Notice(messaging.Recipient("address", MOBILE), "access.sign_in_code", CODE)
    bad = messaging.Notice(messaging.Recipient("address", MOBILE), "access.sign_in_code", {"code": "1"})
    with pytest.raises(MissingField) as refusal:
        messaging.send_many(by=BY, notices=[good, bad])
    assert refusal.value.fields["field"] == "minutes"
    assert not Message.objects.exists()


def test_a_failing_transport_is_tried_again_and_at_last_given_up(monkeypatch):
    class Broken:
        def send(self, **_):
            raise ConnectionRefusedError

    monkeypatch.setattr(usecases, "transport", Broken)
    ask()
    now = timezone.now()
    for attempt in range(1, MAX_ATTEMPTS + 1):
        assert usecases.send_waiting(now=now) == 1
        assert usecases.send_waiting(now=now) == 0
        assert Message.objects.get().attempts == attempt
        now += timedelta(hours=1)
    row = Message.objects.get()
    assert (row.status, row.reason) == ("failed", "ConnectionRefusedError")


def test_the_states_of_the_table_are_those_of_the_rules():
    assert set(Message.Status.values) == set(LIFE.all())
    assert set(LIFE.final()) == set(LIFE.all()) - {Message.Status.QUEUED}
    assert all(len(reason) <= 40 for reason in SkipReason)


def test_an_address_that_the_transport_never_reaches_is_skipped(monkeypatch):
    monkeypatch.setattr(usecases, "transport", transports.SmtpTransport)
    ask()
    usecases.send_waiting(now=timezone.now())
    assert (Message.objects.get().status, Message.objects.get().reason) == ("skipped", "no_email")


def test_patients_are_reached_through_the_book_that_knows_them_and_it_is_audited(outgoing, monkeypatch):
    monkeypatch.setattr(address_books, "books", lambda: {"patient": lambda ids: {"p-1": MOBILE}})
    ask(to=messaging.Recipient("patient", "p-1"))
    ask(to=messaging.Recipient("patient", "p-2"))
    usecases.send_waiting(now=timezone.now())
    assert [line["to"] for line in lines(outgoing)] == [MOBILE]
    entry = Entry.objects.get(action="messaging.send")
    assert entry.patient == "p-1"
    lost = Message.objects.get(recipient="p-2")
    assert (lost.status, lost.reason, bytes(lost.text_sealed)) == ("skipped", "no_address", b"")


def test_wordings_have_plain_fields_only():
    assert fields_of("{a} and {b}") == {"a", "b"}
    assert worded("{a} {{}}", {"a": "{b}", "b": 1}) == "{b} {}"
    for bad in ("{a.b}", "{a[0]}", "{a!r}", "{a:>9}", "{}"):
        with pytest.raises(ValueError):
            fields_of(bad)


def test_pauses_grow_up_to_half_an_hour():
    now = timezone.now()
    pauses = [(next_try(n, now) - now).total_seconds() for n in range(1, MAX_ATTEMPTS)]
    assert pauses == [10, 30, 90, 270, 810] and next_try(MAX_ATTEMPTS, now) is None


def test_every_wording_is_there_in_both_languages():
    assert "access.sign_in_code" in messaging.wordings()
    for name, english in messaging.wordings().items():
        own = messaging.wording(name, "zh-hans")
        assert own.text not in (english.text, english.with_hotline) and own.fields >= english.fields
        assert messaging.wording(name, "en").text in (english.text, english.with_hotline)


def test_a_notice_names_the_hotline_where_the_city_has_one(settings):
    with_it = messaging.wording("scheduling.suspended", "en")
    assert with_it.text.endswith("Please choose another time or call {hotline}.") and "hotline" in with_it.fields
    settings.JINLING_HOTLINE = ""
    without = messaging.wording("scheduling.suspended", "en")
    assert without.text.endswith("Please choose another time.") and "hotline" not in without.fields


def test_days_and_clocks_are_written_as_the_language_writes_them(settings):
    at = datetime(2018, 5, 3, 14, 30, tzinfo=UTC)
    fields = {"day": date(2018, 5, 3), "time": time(8, 5), "until": at, "number": 7}
    assert usecases._written(fields, "zh-hans") == usecases._written(fields, "en")
    assert usecases._written(fields, "en") == {
        "day": "2018-05-03", "time": "08:05", "until": "05-03 22:30", "number": 7,
    }  # fmt: skip
    portuguese = usecases._written(fields, "pt")
    assert (portuguese["day"], portuguese["until"]) == ("3 de mai. de 2018", "3 de mai. 22:30")
