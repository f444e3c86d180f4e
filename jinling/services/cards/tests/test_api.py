"""Cards over JSON: kiosks issue, people lose and replace; each institution keeps its own cards."""

from __future__ import annotations

import json
from datetime import date, timedelta
from uuid import UUID, uuid4

import pytest
from django.test import Client
from django.utils import timezone

from jinling.foundation.access import public as access
from jinling.foundation.audit import public as audit
from jinling.foundation.directory import public as directory
from jinling.foundation.idempotency.models import Answer
from jinling.foundation.mpi import public as mpi
from jinling.kernel.actor import Actor, system
from jinling.kernel.identifiers import resident_check_digit
from jinling.services.cards import public as cards
from jinling.services.cards.models import Card, Step
from jinling.services.cards.rules import life as cards_life_rules

pytestmark = pytest.mark.django_db
BY = system("test")
NUMBER = "32010619900101123" + resident_check_digit("32010619900101123")


def an_office(code: str) -> directory.Organization:
    return directory.register(
        by=BY, code=code, name=f"Office {code}", name_en=f"Office {code}", kind="hospital", ownership="municipal"
    )


class Caller:
    """A client of the interface with its key."""

    def __init__(self, role: str, organization: str = "") -> None:
        self.key = access.add_client(
            by=BY, code=f"{role}-{organization}", name=role, role=role, organization=organization, channel=""
        )[1]

    def post(self, path: str, body: object, *, key: str = "") -> tuple[int, dict]:
        headers = {"Authorization": f"Bearer {self.key}", "Idempotency-Key": key}
        response = Client().post(f"/api/v1/{path}", json.dumps(body), content_type="application/json", headers=headers)
        return response.status_code, json.loads(response.content)

    def get(self, path: str) -> tuple[int, list]:
        response = Client().get(f"/api/v1/{path}", headers={"Authorization": f"Bearer {self.key}"})
        return response.status_code, json.loads(response.content)


@pytest.fixture
def kiosk() -> Caller:
    an_office("CK")
    return Caller("kiosk", "CK")


def known(kiosk: Caller, name: str = "欧阳修远", number: str = NUMBER) -> str:
    status, body = kiosk.post("patients", {"name": name, "system": "resident_id", "value": number})
    assert status == 200
    return body["id"]


def test_a_kiosk_issues_a_card_to_whoever_puts_an_identity_card_on_it(kiosk):
    person = known(kiosk)
    status, made = kiosk.post("cards", {"patient": person}, key="k1")
    assert (status, made["state"], made["kind"], made["issuer"]) == (201, "active", "medical", "CK")
    assert made["number"].isdigit() and len(made["number"]) == 13
    row = Card.objects.get()
    assert (str(row.pk), row.place) == (made["id"], "kiosk")
    assert kiosk.post("cards", {"patient": person}, key="k1") == (201, made)
    assert made["number"] not in str(list(Answer.objects.values_list("answer", flat=True)))
    status, refused = kiosk.post("cards", {"patient": person}, key="k2")
    assert (status, refused["title"]) == (409, "card_held_already")
    assert kiosk.post("cards", {"patient": person, "kind": "citizen"}, key="k1")[1]["title"] == "idempotency_key_reused"
    assert kiosk.post("cards", {"patient": person})[1]["title"] == "idempotency_key_missing"
    assert Card.objects.count() == 1
    status, listed = kiosk.get(f"cards?patient={person}")
    assert [card["id"] for card in listed] == [made["id"]]
    assert made["number"] not in str(listed)
    assert {"cards.issue", "cards.read", "cards.read_unmasked"} <= {e.action for e in audit.about_patient(person)}


def test_a_card_is_lost_found_replaced_and_cancelled_at_a_kiosk(kiosk):
    person = known(kiosk)
    card = kiosk.post("cards", {"patient": person}, key="a")[1]
    states = [kiosk.post(f"cards/{card['id']}/{step}", {}, key=step)[1]["state"] for step in ("lose", "find")]
    assert states == ["lost", "active"]
    status, new = kiosk.post(f"cards/{card['id']}/replace", {"reason": "broken"}, key="r")
    assert (status, new["state"]) == (200, "active")
    assert new["number"] != card["number"] and new["number"].isdigit()
    assert kiosk.post(f"cards/{card['id']}/replace", {"reason": "broken"}, key="r") == (200, new)
    assert kiosk.post(f"cards/{card['id']}/replace", {}, key="again")[1]["title"] == "card_step_refused"
    assert kiosk.post(f"cards/{new['id']}/cancel", {}, key="c")[1]["state"] == "cancelled"
    assert kiosk.post(f"cards/{uuid4()}/lose", {}, key="n")[0] == 404
    assert kiosk.post(f"cards/{card['id']}/burn", {}, key="b")[0] == 422


def test_a_card_applied_for_is_handed_out_and_taken_into_use(kiosk):
    person = known(kiosk)
    card = kiosk.post("cards", {"patient": person, "kind": "citizen", "handed_out": False}, key="a")[1]
    assert (card["state"], card["number"], card["issued_on"]) == ("applied", "", None)
    assert kiosk.post(f"cards/{card['id']}/activate", {}, key="early")[1]["title"] == "card_step_refused"
    issued = kiosk.post(f"cards/{card['id']}/issue", {}, key="i")[1]
    assert (issued["state"], issued["number"].isdigit()) == ("issued", True)
    assert kiosk.post(f"cards/{card['id']}/activate", {}, key="u")[1]["state"] == "active"


def test_a_childs_card_needs_a_guardian(kiosk):
    born = timezone.localdate() - timedelta(days=3000)
    body = f"320106{born:%Y%m%d}001"
    child = known(kiosk, "欧阳一诺", body + resident_check_digit(body))
    guardian = known(kiosk)
    for asked, title in (
        ({"patient": child}, "card_kind_invalid"),
        ({"patient": child, "kind": "child"}, "card_guardian_missing"),
        ({"patient": child, "kind": "child", "guardian": child}, "card_guardian_missing"),
        ({"patient": str(uuid4())}, "card_holder_unfit"),
    ):
        assert kiosk.post("cards", asked, key=title)[1]["title"] == title
    assert Card.objects.count() == 0
    made = kiosk.post("cards", {"patient": child, "kind": "child", "guardian": guardian}, key="c")[1]
    assert (made["kind"], made["guardian"]) == ("child", guardian)


def test_another_institutions_card_can_only_be_reported_lost(kiosk):
    an_office("CO")
    other = Caller("hospital_client", "CO")
    person = known(kiosk)
    card = kiosk.post("cards", {"patient": person}, key="a")[1]["id"]
    assert other.get(f"cards?patient={person}") == (200, [])
    before = Step.objects.count()
    for step in ("activate", "find", "replace", "cancel", "issue"):
        assert other.post(f"cards/{card}/{step}", {}, key=step)[1]["title"] == "card_other_issuer"
    assert (Step.objects.count(), Card.objects.get().state) == (before, "active")
    assert other.post(f"cards/{card}/lose", {}, key="lose")[1]["state"] == "lost"
    clerk = Actor(kind="account", id="clerk", role="card_clerk", organization="CO")
    with pytest.raises(cards_life_rules.OtherIssuer):
        cards.replace(by=clerk, card=UUID(card))


def test_who_comes_in(kiosk):
    person = mpi.register(by=BY, person=mpi.NewPatient(name="Zhang San", birth_date=date(1980, 1, 1)))
    partner = Caller("partner")
    assert partner.post("cards", {"patient": str(person)}, key="p")[0] == 403
    assert partner.get(f"cards?patient={person}")[0] == 403
    assert Client().get(f"/api/v1/cards?patient={person}").status_code == 401
    stray = Caller("kiosk")
    status, refused = stray.post("cards", {"patient": str(person)}, key="s")
    assert (status, refused["title"]) == (404, "organization_missing")
    assert Card.objects.count() == 0
