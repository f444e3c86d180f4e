"""The citizen's own record: who looked, and who may."""

from __future__ import annotations

from uuid import uuid4

import pytest
from django.utils.translation import gettext

from jinling.channels.portal import record
from jinling.foundation.access import public as access
from jinling.foundation.access.usecases import citizens as access_citizens
from jinling.foundation.audit import public as audit
from jinling.foundation.mpi import public as mpi
from jinling.kernel.actor import Actor, system

pytestmark = pytest.mark.django_db
BY = system("t")
CLINICIAN = Actor(kind="account", id=str(uuid4()), role="clinician", purpose="TREAT", channel="web")


@pytest.fixture
def citizen(client):
    """A signed-in citizen with the own record and one child's."""
    account = access_citizens.open_account(by=BY, mobile="13912345678")
    own, child, stranger = mpi.register_many(by=BY, people=list(mpi.synthetic_people(3, 7, ["320106"])))
    mpi.relate(by=BY, account=str(account.pk), patient=own, relation="self", verified=True)
    mpi.relate(by=BY, account=str(account.pk), patient=child, relation="child", verified=True)
    client.force_login(account, backend="django.contrib.auth.backends.ModelBackend")
    return account, str(own), str(child), str(stranger)


def test_every_look_is_shown_with_role_purpose_and_action(client, citizen):
    _account, own, _child, stranger = citizen
    audit.record(by=CLINICIAN, action="mpi.read", patient=own)
    audit.record(by=CLINICIAN.acting_for("BTG"), action="access.denied", patient=own, outcome="denied")
    audit.record(by=CLINICIAN, action="mpi.read_unmasked", patient=stranger)
    client.cookies["django_language"] = "en"
    page = client.get("/my/lookers/").content.decode()
    assert "Clinician" in page and "Treatment" in page and "Saw name and numbers, masked" in page
    assert "Emergency" in page and "Refused" in page
    assert "Saw name and numbers in full" not in page


def test_looks_and_pages_are_equal_in_number(client, citizen):
    _account, own, _child, _stranger = citizen
    for _ in range(record.PAGE + 5):
        audit.record(by=CLINICIAN, action="mpi.read", patient=own)
    first = client.get("/my/lookers/")
    second = client.get("/my/lookers/", {"before": first.context["older"]})
    assert len(first.context["rows"]) == record.PAGE and second.context["older"] == ""
    shown = [row["what"] for page in (first, second) for row in page.context["rows"]]
    looks = [entry for entry in audit.about_patient(own, limit=1000) if entry.actor == CLINICIAN.id]
    assert shown.count(gettext(audit.sentence("mpi.read"))) == len(looks) == record.PAGE + 5


def test_what_one_did_oneself_is_left_out_until_asked_for(client, citizen):
    client.get("/my/lookers/")
    plain = client.get("/my/lookers/").context["rows"]
    whole = client.get("/my/lookers/?own=1").context["rows"]
    assert len(whole) > len(plain)
    assert client.get("/my/lookers/")["Cache-Control"] == "no-store"


def test_a_childs_record_is_shown_and_a_strangers_is_not(client, citizen):
    _account, _own, child, stranger = citizen
    assert client.get("/my/lookers/", {"patient": child}).status_code == 200
    for address in ("/my/lookers/", "/my/consents/"):
        strange = client.get(address, {"patient": stranger}, headers={"Accept-Language": "en"})
        assert strange.status_code == 404 and "no such person among your people" in strange.content.decode()
    assert client.post("/my/consents/", {"patient": stranger, "decision": "deny"}).status_code == 404
    assert access.standing_consents(stranger) == []


def test_a_word_is_given_and_withdrawn(client, citizen):
    _account, own, _child, stranger = citizen
    answer = client.post("/my/consents/", {"patient": own, "decision": "deny", "category": ["laboratory", "nonsense"]})
    assert answer.status_code == 302
    [word] = access.standing_consents(own)
    assert (word.decision, word.categories, word.organization, word.channel) == ("deny", ["laboratory"], "", "web")
    assert client.get("/my/consents/").status_code == 200
    elsewhere = client.post(f"/my/consents/{word.pk}/withdraw/", {"patient": stranger})
    assert elsewhere.status_code == 404 and access.standing_consents(own)
    assert client.post(f"/my/consents/{word.pk}/withdraw/", {"patient": own}).status_code == 302
    assert access.standing_consents(own) == []


def test_an_unknown_hospital_is_told_and_nothing_is_kept(client, citizen):
    _account, own, _child, _stranger = citizen
    page = client.post("/my/consents/", {"patient": own, "decision": "deny", "organization": "Nowhere Hospital"})
    assert page.status_code == 422 and access.standing_consents(own) == []


def test_a_stranger_signs_in_first(client):
    assert client.get("/my/lookers/")["Location"].startswith("/sign-in/")
