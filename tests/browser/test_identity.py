"""The identity desk judges a pair and takes it back; a counter gives out a card whose code a citizen shows."""

from __future__ import annotations

import json
from datetime import date
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse

from jinling.foundation.access import public as access
from jinling.foundation.mpi import public as mpi
from jinling.foundation.mpi.usecases import linkage as mpi_linkage
from jinling.kernel.identifiers import resident_check_digit
from jinling.services.cards import public as cards
from jinling.services.cards.models import Card
from jinling.services.cards.usecases.codes import present
from jinling.services.scheduling.testing import BY, Hospital
from tests.browser.test_booking import assert_accessible, sign_in

pytestmark = pytest.mark.django_db(transaction=True)
NUMBER = "32010619900101123" + resident_check_digit("32010619900101123")


def staff(role: str, organization: str = "") -> Any:
    return access.add_account(
        by=BY,
        username=role,
        password="long-enough-for-the-tests-7",
        roles=[role],
        display_name=role,
        organization=organization,
    )


def test_a_pair_is_judged_and_the_merge_taken_back(page, live_server, transactional_db, complaints):
    one = mpi.register(
        by=BY, person=mpi.NewPatient(name="欧阳修远", identifiers=(mpi.Identifier("resident_id", NUMBER),))
    )
    other = mpi.register(by=BY, person=mpi.NewPatient(name="歐陽修遠", birth_date=date(1990, 1, 1)))
    mpi_linkage.suggest(by=BY, one=one, other=other, reason="same face")
    sign_in(page, live_server, staff("identity_clerk"))
    page.goto(live_server.url + reverse("mpi:matches"))
    assert_accessible(page, "Matches")
    page.locator("#list a").first.click()
    assert_accessible(page, "One person or two?")
    # Both sides and how they agree are seen at once, on a phone too.
    width = page.evaluate("document.documentElement.clientWidth")
    for cell in page.locator("tbody tr:first-child > :visible").all():
        box = cell.bounding_box()
        assert box["x"] + box["width"] <= width
    assert page.locator("tbody .chip:visible").count() >= 5
    assert NUMBER not in page.content() and "欧阳" not in page.content()
    page.get_by_label("Reason").first.fill("both documents seen")
    page.get_by_role("button", name="One person: merge").click()
    page.get_by_text("Both records count for one person now.").wait_for()
    assert mpi.current([other])[other] == one
    page.goto(live_server.url + reverse("mpi:merges"))
    assert_accessible(page, "Merges")
    page.get_by_role("link", name="Take back").click()
    assert_accessible(page, "Take the merge back")
    page.get_by_label("Reason").fill("twins after all")
    page.get_by_role("button", name="Take the merge back").click()
    page.get_by_text("The records are two people again.").wait_for()
    assert mpi.current([other])[other] == other


def test_a_person_is_registered_and_gets_a_card(page, live_server, hospital: Hospital, complaints):
    sign_in(page, live_server, staff("card_clerk", hospital.code))
    page.goto(live_server.url + reverse("cards:counter"))
    assert_accessible(page, "Cards")
    page.get_by_role("link", name="Register a person").click()
    assert_accessible(page, "Register a person")
    page.get_by_label("Person's name").fill("欧阳修远")
    page.get_by_label("Number", exact=True).fill(NUMBER)
    page.get_by_label("The document was seen").check()
    page.get_by_role("button", name="Register").click()
    assert_accessible(page, "A person's record")
    page.locator("a.btn", has_text="Cards").click()
    assert_accessible(page, "A person's cards")
    page.get_by_label("Kind").select_option("medical")
    page.get_by_role("button", name="Issue a card").click()
    page.get_by_text("The card is issued.").wait_for()
    assert_accessible(page)
    page.get_by_role("button", name="Lost").click()
    page.get_by_role("button", name="Found again").wait_for()
    assert Card.objects.get().state == "lost"


def test_a_citizen_applies_shows_a_code_and_the_gate_reads_it_once(
    page, live_server, hospital: Hospital, citizen, complaints
):
    patient = mpi.related(str(citizen.pk))[0].patient
    card = cards.issue(by=BY, issuer=hospital.id, card=cards.NewCard(patient))
    sign_in(page, live_server, citizen)
    page.goto(live_server.url + reverse("cards:own"))
    assert_accessible(page, "My cards")
    page.get_by_role("link", name="Apply for a card").click()
    assert_accessible(page, "Apply for a card")
    page.get_by_label("Kind").select_option("citizen")
    page.get_by_role("button", name="Apply").click()
    page.get_by_role("button", name="Take the application back").click()
    page.get_by_text("The application is taken back.").wait_for()
    page.get_by_role("link", name="Show the code").click()
    page.locator("img.qr").wait_for()
    assert_accessible(page)
    first = page.locator("img.qr").get_attribute("src")
    page.get_by_role("link", name="New code").click()
    page.wait_for_function("old => document.querySelector('img.qr').src !== old", arg=first)
    key = access.add_client(by=BY, code="gate", name="Gate", role="hospital_client", organization=hospital.code)[1]
    text, _code = present(by=BY, card=card)
    answers = [
        Client().post(
            "/api/v1/cards/scan",
            json.dumps({"code": text}),
            content_type="application/json",
            headers={"Authorization": f"Bearer {key}"},
        )
        for _ in range(2)
    ]
    assert [answer.status_code for answer in answers] == [200, 409]
    assert answers[0].json()["patient"] == str(patient)
