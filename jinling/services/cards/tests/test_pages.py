"""Card pages and the reading of codes: who comes in, what is shown, what is done."""

from __future__ import annotations

import io
import json
import re
from datetime import date, timedelta
from uuid import UUID, uuid4

import openpyxl
import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import transaction
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from jinling.foundation.access import public as access
from jinling.foundation.access.models import Account
from jinling.foundation.access.usecases import citizens as access_citizens
from jinling.foundation.directory import public as directory
from jinling.foundation.mpi import public as mpi
from jinling.kernel.actor import system
from jinling.kernel.identifiers import resident_check_digit
from jinling.services.cards import public as cards
from jinling.services.cards.models import Batch, Card
from jinling.services.cards.rules.life import LIFE
from jinling.services.cards.tests.test_batches import book
from jinling.services.cards.usecases import life as cards_life
from jinling.services.cards.usecases.codes import present
from jinling.services.cards.usecases.life import VERBS

pytestmark = pytest.mark.django_db
BY = system("test")
NUMBER = "32010619900101123" + resident_check_digit("32010619900101123")
OTHER = "32010619850505123" + resident_check_digit("32010619850505123")


@pytest.fixture(autouse=True)
def _no_second_factor(settings):
    settings.JINLING_SECOND_FACTOR = "optional"


@pytest.fixture
def issuer():
    return directory.register(
        by=BY, code="CP", name="Card office", name_en="Card office", kind="hospital", ownership="municipal"
    )


@pytest.fixture
def person() -> UUID:
    return mpi.register(
        by=BY,
        person=mpi.NewPatient(
            name="欧阳修远", identifiers=(mpi.Identifier("resident_id", NUMBER),), mobile="13812341234"
        ),
    )


def signed_in(account: Account) -> Client:
    client = Client(HTTP_ACCEPT_LANGUAGE="en")
    client.force_login(account, backend="django.contrib.auth.backends.ModelBackend")
    return client


@pytest.fixture
def clerk(issuer) -> Client:
    return signed_in(
        access.add_account(
            by=BY,
            username="clerk",
            password="a long enough pass phrase 9",
            roles=["card_clerk"],
            organization=issuer.code,
        )
    )


@pytest.fixture
def citizen(person) -> Client:
    account = access_citizens.open_account(by=BY, mobile="13812341234")
    mpi.relate(by=BY, account=str(account.pk), patient=person, relation="self", verified=True)
    return signed_in(account)


def test_the_counter_finds_a_person_and_issues_a_card(clerk, person, issuer):
    assert clerk.post(reverse("cards:counter"), {"system": "resident_id", "number": "123"}).status_code == 422
    assert clerk.post(reverse("cards:counter"), {"system": "card", "number": "9000000000000"}).status_code == 422
    found = clerk.post(reverse("cards:counter"), {"system": "resident_id", "number": NUMBER})
    assert found["Location"] == reverse("cards:holder", args=[person])
    assert NUMBER not in found["Location"]
    page = clerk.get(found["Location"]).content.decode()
    assert "欧*" in page
    assert NUMBER not in page
    assert clerk.get(reverse("cards:holder", args=[uuid4()])).status_code == 404
    unknown = clerk.post(reverse("cards:counter"), {"system": "resident_id", "number": OTHER})
    assert unknown.status_code == 422 and "Register the person first." in unknown.content.decode()
    guarded = clerk.post(found["Location"], {"kind": "child", "guardian": OTHER})
    assert guarded.status_code == 422 and "Register the guardian first." in guarded.content.decode()
    assert clerk.post(found["Location"], {"kind": "child"}).status_code == 422
    assert clerk.post(found["Location"], {"kind": "medical"}).status_code == 302
    assert clerk.post(found["Location"], {"kind": "medical"}).status_code == 422
    card = Card.objects.get()
    assert (card.patient_id, card.issuer_id, card.state) == (person, issuer.pk, "active")
    page = clerk.get(found["Location"]).content.decode()
    assert "In use" in page
    assert clerk.get(reverse("cards:step", args=[card.pk, "lose"])).status_code == 405
    clerk.post(reverse("cards:step", args=[card.pk, "lose"]))
    clerk.post(reverse("cards:step", args=[card.pk, "replace"]))
    assert sorted(Card.objects.values_list("state", flat=True)) == ["active", "replaced"]
    told = clerk.post(reverse("cards:step", args=[card.pk, "lose"]), follow=True).content.decode()
    assert "cannot take the step" in told
    number = cards.shown(by=BY, ids=[Card.objects.get(state="active").pk], masked=False)[0].number
    assert clerk.post(reverse("cards:counter"), {"system": "card", "number": number}).status_code == 302


@pytest.mark.parametrize("state", [state for state in LIFE.all() if state != "applied"])
@pytest.mark.parametrize("own", [True, False], ids=["own card", "another institution's"])
def test_the_counter_offers_a_step_if_and_only_if_it_may_be_taken(clerk, person, issuer, state, own):
    other = directory.register(
        by=BY, code="CQ", name="Other office", name_en="Other office", kind="hospital", ownership="municipal"
    )
    card = cards.issue(by=BY, issuer=(issuer if own else other).pk, card=cards.NewCard(person))
    Card.objects.filter(pk=card).update(state=state)
    page = clerk.get(reverse("cards:holder", args=[person]))
    offered = {action.url for row in page.context["rows"] for action in row["actions"]}
    assert all(url in page.content.decode() for url in offered)
    taken = set()
    for step in VERBS:
        with transaction.atomic():
            clerk.post(reverse("cards:step", args=[card, step]))
            if Card.objects.get(pk=card).state != state:
                taken.add(reverse("cards:step", args=[card, step]))
            transaction.set_rollback(True)
    assert offered == taken


@pytest.mark.parametrize("state", LIFE.all())
def test_a_holder_is_offered_what_may_be_done(citizen, person, issuer, state):
    card = cards.apply(by=BY, issuer=issuer.pk, card=cards.NewCard(person))
    if state != "applied":
        VERBS["issue"](by=BY, card=card)
        Card.objects.filter(pk=card).update(state=state)
    page = citizen.get(reverse("cards:own")).content.decode()
    code, lost, withdraw = (reverse(f"cards:{name}", args=[card]) for name in ("code", "lost", "withdraw"))
    assert (code in page) == (citizen.get(code).status_code == 200)
    for url in (lost, withdraw):
        with transaction.atomic():
            citizen.post(url)
            assert (url in page) == (Card.objects.get(pk=card).state != state), url
            transaction.set_rollback(True)


def test_a_citizen_shows_a_code_and_reports_a_loss(citizen, person, issuer):
    card = cards.issue(by=BY, issuer=issuer.pk, card=cards.NewCard(person))
    page = citizen.get(reverse("cards:own")).content.decode()
    assert "Card office" in page
    assert "Show the code" in page
    whole = citizen.get(reverse("cards:code", args=[card]))
    assert "data:image/svg+xml" in whole.content.decode()
    assert whole["Cache-Control"] == "no-store"
    part = citizen.get(reverse("cards:code", args=[card]), headers={"HX-Request": "true"}).content.decode()
    assert "<html" not in part
    assert "delay:55s" in part
    images = re.findall(r"data:image/svg[^\"]+", whole.content.decode() + part)
    assert len(set(images)) == 2
    assert "Report lost" in citizen.get(reverse("cards:lost", args=[card])).content.decode()
    assert citizen.post(reverse("cards:lost", args=[card])).status_code == 302
    assert Card.objects.get().state == "lost"
    assert citizen.post(reverse("cards:lost", args=[card])).status_code == 409
    assert citizen.get(reverse("cards:code", args=[card])).status_code == 409


def test_a_citizen_applies_and_takes_it_back(citizen, clerk, person, issuer):
    page = citizen.get(reverse("cards:apply")).content.decode()
    assert "Card office" in page and NUMBER not in page
    asked = {"patient": str(person), "issuer": issuer.code, "kind": "citizen"}
    assert citizen.post(reverse("cards:apply"), asked).status_code == 302
    row = Card.objects.get()
    assert (row.state, row.kind, row.place, row.number_index) == ("applied", "citizen", "online", b"")
    again = citizen.post(reverse("cards:apply"), asked)
    assert (again.status_code, Card.objects.count()) == (422, 1)
    assert "holds a card of this kind" in again.content.decode()
    stranger = mpi.register(by=BY, person=mpi.NewPatient(name="Zhang San", birth_date=date(1980, 1, 1)))
    assert citizen.post(reverse("cards:apply"), {**asked, "patient": str(stranger)}).status_code == 422
    assert citizen.post(reverse("cards:apply"), {**asked, "issuer": "none"}).status_code == 422
    assert "Take the application back" in citizen.get(reverse("cards:own")).content.decode()
    assert citizen.post(reverse("cards:withdraw", args=[row.pk])).status_code == 302
    row.refresh_from_db()
    assert row.state == "cancelled"
    citizen.post(reverse("cards:apply"), asked)
    fresh = Card.objects.get(state="applied")
    clerk.post(reverse("cards:step", args=[fresh.pk, "issue"]))
    fresh.refresh_from_db()
    assert (fresh.state, citizen.post(reverse("cards:withdraw", args=[fresh.pk])).status_code) == ("issued", 409)


def test_a_childs_card_is_applied_for_by_the_family(citizen, person, issuer):
    born = timezone.localdate() - timedelta(days=2000)
    child = mpi.register(by=BY, person=mpi.NewPatient(name="欧阳一诺", birth_date=born))
    account = Account.objects.get(kind=Account.Kind.CITIZEN)
    mpi.relate(by=BY, account=str(account.pk), patient=child, relation="child", verified=True)
    citizen.post(reverse("cards:apply"), {"patient": str(child), "issuer": issuer.code, "kind": "medical"})
    row = Card.objects.get()
    assert (row.kind, row.patient_id, row.guardian_id) == ("child", child, person)


def test_nobody_sees_another_persons_card(citizen, issuer):
    other = mpi.register(by=BY, person=mpi.NewPatient(name="王芳", birth_date=date(1980, 1, 1)))
    card = cards.issue(by=BY, issuer=issuer.pk, card=cards.NewCard(other))
    for name in ("cards:code", "cards:lost"):
        assert citizen.get(reverse(name, args=[card])).status_code == 404
        assert citizen.post(reverse(name, args=[card])).status_code == 404
        assert citizen.get(reverse(name, args=[uuid4()])).status_code == 404
    assert str(card) not in citizen.get(reverse("cards:own")).content.decode()
    assert Card.objects.get().state == "active"


def test_a_spreadsheet_is_taken_in(clerk, issuer):
    assert clerk.post(reverse("cards:batches")).status_code == 422
    bad = clerk.post(reverse("cards:batches"), {"file": SimpleUploadedFile("x.xlsx", b"no")})
    assert "not a readable XLSX or CSV" in bad.content.decode()
    content = book(["张三", NUMBER], ["李四", "320106199001011230"])
    done = clerk.post(reverse("cards:batches"), {"file": SimpleUploadedFile("pupils.xlsx", content)})
    batch = Batch.objects.get()
    assert done["Location"] == reverse("cards:batch", args=[batch.pk])
    page = clerk.get(done["Location"]).content.decode()
    assert "The check digit does not fit the other digits." in page
    assert "李四" not in page
    assert "pupils.xlsx" in clerk.get(reverse("cards:batches")).content.decode()
    assert clerk.get(reverse("cards:empty_sheet")).content[:2] == b"PK"
    again = clerk.post(
        reverse("cards:batches"), {"file": SimpleUploadedFile("pupils.xlsx", content)}, follow=True
    ).content.decode()
    assert "This file was taken in before." in again
    assert (Batch.objects.count(), Card.objects.count()) == (1, 1)
    place = reverse("cards:left_out", args=[batch.pk])
    sheet = openpyxl.load_workbook(io.BytesIO(clerk.get(place).content)).active
    assert [list(row) for row in sheet.iter_rows(values_only=True)][1][:3] == [
        3,
        "Identity card number",
        "The check digit does not fit the other digits.",
    ]
    other = directory.register(
        by=BY, code="CQ", name="Other office", name_en="Other office", kind="hospital", ownership="municipal"
    )
    Batch.objects.update(issuer=other)
    assert clerk.get(done["Location"]).status_code == clerk.get(place).status_code == 404


def test_strangers_are_sent_away(citizen):
    for name in ("cards:own", "cards:counter", "cards:batches"):
        assert Client().get(reverse(name)).status_code == 302
    for name in ("cards:counter", "cards:batches"):
        assert citizen.get(reverse(name)).status_code == 403


def scanned(key: str, text: str):
    response = Client().post(
        "/api/v1/cards/scan",
        json.dumps({"code": text}),
        content_type="application/json",
        headers={"Authorization": f"Bearer {key}"},
    )
    return response.status_code, json.loads(response.content)


def test_a_hospital_reads_a_code_once(person, issuer):
    card = cards.issue(by=BY, issuer=issuer.pk, card=cards.NewCard(person))
    _client, key = access.add_client(
        by=BY, code="his", name="HIS", role="hospital_client", organization=issuer.code, channel="his"
    )
    text, _code = present(by=BY, card=card)
    status, body = scanned(key, text)
    assert status == 200
    assert (body["card"], body["patient"], body["name"]) == (str(card), str(person), "欧*")
    assert scanned(key, text)[1]["title"] == "card_code_used"
    assert scanned(key, text[:-1] + ("A" if text[-1] != "A" else "B"))[1]["title"] == "card_code_invalid"
    assert scanned(key, "x" * 300)[0] == 422
    assert scanned("jl_nobody", text)[0] == 401


def test_an_old_code_and_a_lost_card_open_nothing_at_the_gate(person, issuer, monkeypatch):
    card = cards.issue(by=BY, issuer=issuer.pk, card=cards.NewCard(person))
    _client, key = access.add_client(
        by=BY, code="gate", name="Gate", role="hospital_client", organization=issuer.code, channel="his"
    )
    old, first = present(by=BY, card=card)
    fresh, second = present(by=BY, card=card)
    cards.report_lost(by=BY, card=card)
    assert scanned(key, fresh)[1]["title"] == "card_step_refused"
    cards_life.report_found(by=BY, card=card)
    clock = "jinling.services.cards.usecases.codes.timezone.now"
    monkeypatch.setattr(clock, lambda: first.at + timedelta(seconds=61))
    assert scanned(key, old)[1]["title"] == "card_code_expired"
    monkeypatch.setattr(clock, lambda: second.at + timedelta(seconds=59))
    assert scanned(key, fresh)[0] == 200
    assert scanned(key, fresh)[1]["title"] == "card_code_used"
