"""The registration desk: people are found, entered and corrected; what is similar goes to the identity desk."""

from __future__ import annotations

from datetime import date
from uuid import uuid4

import pytest
from django.test import Client
from django.urls import reverse

from jinling.foundation.access import public as access
from jinling.foundation.access.usecases import citizens as access_citizens
from jinling.foundation.mpi import public as mpi
from jinling.foundation.mpi.models import Match, Patient, PatientIdentifier
from jinling.kernel.actor import system
from jinling.kernel.identifiers import resident_check_digit

pytestmark = pytest.mark.django_db
BY = system("test")
NUMBER = "32010619900101124" + resident_check_digit("32010619900101124")
NEW = {"sex": "unknown", "system": "resident_id", "number": NUMBER, "name": "欧阳修远", "mobile": "13812341234"}


@pytest.fixture
def clerk(settings) -> Client:
    settings.JINLING_SECOND_FACTOR = "optional"
    account = access.add_account(by=BY, username="clerk", password="a long enough pass phrase 9", roles=["card_clerk"])
    client = Client(HTTP_ACCEPT_LANGUAGE="en")
    client.force_login(account, backend="django.contrib.auth.backends.ModelBackend")
    return client


def text(response) -> str:
    return response.content.decode()


def test_a_person_is_entered_and_found_again(clerk):
    assert clerk.get(reverse("mpi:new_person")).status_code == 200
    done = clerk.post(reverse("mpi:new_person"), {**NEW, "seen": "on"})
    row = Patient.objects.get()
    assert (done.status_code, done["Location"]) == (302, reverse("mpi:person", args=[row.pk]))
    assert (row.real_name_verified, row.birth_date, row.sex) == (True, date(1990, 1, 1), "female")
    page = text(clerk.get(done["Location"]))
    assert "欧*" in page and "320106********" + NUMBER[-4:] in page and "138****1234" in page
    assert "欧阳" not in page and NUMBER not in page
    short = NUMBER[:6] + NUMBER[8:17]  # the number as it was written before 1999
    for number in (NUMBER, short):
        assert (
            clerk.post(reverse("mpi:people"), {"system": "resident_id", "number": number})["Location"]
            == done["Location"]
        )


@pytest.mark.parametrize(
    ("change", "said"),
    [
        ({"number": "1"}, "characters"),
        ({"name": "张3"}, "name"),
        ({"mobile": "1"}, "does not look like"),
        ({"sex": "male"}, "does not agree"),
        ({"name": "", "mother": NUMBER}, "Register the mother first."),
        ({"district": "none"}, "valid choice"),
    ],
)
def test_refused_people_leave_nothing(clerk, change, said):
    answer = clerk.post(reverse("mpi:new_person"), NEW | change)
    assert answer.status_code == 422
    assert said in text(answer)
    assert (Patient.objects.count(), PatientIdentifier.objects.count()) == (0, 0)


def test_nobody_is_found_under_an_unknown_number(clerk):
    answer = clerk.post(reverse("mpi:people"), {"system": "passport", "number": "E12345678"})
    assert (answer.status_code, "Register the person." in text(answer)) == (422, True)
    assert clerk.post(reverse("mpi:people"), {"system": "none", "number": "1"}).status_code == 422
    assert clerk.get(reverse("mpi:person", args=[uuid4()])).status_code == 404


def test_a_newborn_is_tied_to_the_mother_and_named_later(clerk):
    mother = mpi.register(
        by=BY, person=mpi.NewPatient(name="王芳", identifiers=(mpi.Identifier("resident_id", NUMBER),))
    )
    born = {"system": "birth_certificate", "number": "O320123456", "birth_date": "2018-05-01", "sex": "male"}
    place = clerk.post(reverse("mpi:new_person"), {**born, "mother": NUMBER, "birth_order": "2"})["Location"]
    child = Patient.objects.get(mother_id=mother)
    assert (child.name_absent, child.birth_order, place) == ("newborn", 2, reverse("mpi:person", args=[child.pk]))
    assert "No name yet" in text(clerk.get(place))
    assert clerk.post(place, {"form": "name", "name-name": "1"}).status_code == 422
    assert clerk.post(place, {"form": "name", "name-name": "王一诺"}).status_code == 302
    assert "has a name already" in text(clerk.post(place, {"form": "name", "name-name": "王二诺"}))
    assert mpi.shown(by=BY, ids=[child.pk], masked=False)[child.pk].name == "王一诺"


def test_documents_and_mobile_are_added(clerk):
    mine, other = mpi.register_many(
        by=BY,
        people=[
            mpi.NewPatient(name="王芳", birth_date=date(1990, 1, 1)),
            mpi.NewPatient(name="王刚", identifiers=(mpi.Identifier("passport", "E12345678"),)),
        ],
    )
    place = reverse("mpi:person", args=[mine])
    for number, status in (("E87654321", 302), ("E12345678", 422), ("?", 422)):
        answer = clerk.post(place, {"form": "document", "document-system": "passport", "document-number": number})
        assert answer.status_code == status
    assert PatientIdentifier.objects.filter(patient=mine).count() == 1
    assert clerk.post(place, {"form": "mobile", "mobile-mobile": "139 0000 0000"}).status_code == 302
    assert clerk.post(place, {"form": "mobile", "mobile-mobile": "1"}).status_code == 422
    assert mpi.find_by_mobile("13900000000") == [mine]
    assert clerk.post(place, {"form": "everything"}).status_code == 200
    assert mpi.find(system="passport", value="E12345678") == other


def test_a_similar_record_goes_to_the_identity_desk(clerk):
    mpi.register(
        by=BY,
        person=mpi.NewPatient(name="歐陽修遠", birth_date=date(1990, 1, 1), sex="female", mobile="13812341234"),
    )
    answer = clerk.post(reverse("mpi:new_person"), NEW, follow=True)
    assert "the identity desk compares them" in text(answer)
    assert Match.objects.get().reason == "similar at registration"
    mpi.decide(by=BY, match=Match.objects.get().pk, one_person=False, reason="twins")
    born = {"name": "", "system": "birth_certificate", "number": "O320123456", "sex": "male"}
    answer = clerk.post(reverse("mpi:new_person"), {**born, "birth_date": "2018-05-01"}, follow=True)
    assert "identity desk" not in text(answer)
    assert Match.objects.count() == 1


def test_strangers_are_sent_away(settings):
    settings.JINLING_SECOND_FACTOR = "optional"
    account = access_citizens.open_account(by=BY, mobile="13912345678")
    citizen = Client()
    citizen.force_login(account, backend="django.contrib.auth.backends.ModelBackend")
    for place in (reverse("mpi:people"), reverse("mpi:new_person"), reverse("mpi:person", args=[uuid4()])):
        assert Client().get(place).status_code == 302
        assert citizen.get(place).status_code == 403
