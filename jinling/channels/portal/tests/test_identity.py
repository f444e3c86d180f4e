"""A citizen's real name: proved by name, number and mobile together; limited; a refusal tells nothing."""

from __future__ import annotations

from uuid import UUID

import pytest
from django.test import Client

from jinling.channels.portal.tests.test_people import MOBILE, registered, someone
from jinling.foundation.access import public as access
from jinling.foundation.access.models import Account, IdentityCheck
from jinling.foundation.access.rules import refusals as access_refusals
from jinling.foundation.access.usecases import citizens as access_citizens
from jinling.foundation.audit.models import Entry
from jinling.foundation.mpi import public as mpi, queries as mpi_queries
from jinling.foundation.mpi.usecases import people as mpi_people
from jinling.kernel.actor import system

pytestmark = pytest.mark.django_db
BY = system("tests")
NEUTRAL = "Name, number and mobile number could not be confirmed together."


def signed_in(mobile: str = MOBILE) -> tuple[Client, Account]:
    client, account = Client(HTTP_ACCEPT_LANGUAGE="en"), access_citizens.open_account(by=BY, mobile=mobile)
    client.force_login(account, backend="django.contrib.auth.backends.ModelBackend")
    return client, account


def posted(person: mpi.NewPatient, **more: str) -> dict[str, str]:
    number = next(item.value for item in person.identifiers if item.system == "resident_id")
    return {"name": person.name, "document": "resident_id", "number": number, **more}


def test_name_number_and_mobile_of_one_record_confirm_who_it_is():
    patient: UUID = registered(someone(), mobile=MOBILE)
    client, account = signed_in()
    assert client.get("/my/identity/").status_code == 200
    response = client.post("/my/identity/?next=/booking/", posted(someone()))
    assert response["Location"] == "/booking/"
    account.refresh_from_db()
    assert account.patient == str(patient) and mpi_queries.may_act_for(str(account.pk), patient)
    assert [check.passed for check in IdentityCheck.objects.all()] == [True]
    page = client.get("/my/identity/").content.decode()
    number = posted(someone())["number"]
    assert "Confirmed" in page and someone().name not in page and number not in page
    assert f"{number[:6]}********{number[-4:]}" in page and "139****5678" in page
    told = list(Entry.objects.filter(action__startswith="access.").values_list("action", flat=True))
    assert {"access.check_identity", "access.tie_patient", "access.pass_identity"} <= set(told)
    # From now on the account acts in its own name: the record of who looked is there without adding a person.
    assert client.get("/my/lookers/").context["patient"] == str(patient)


@pytest.mark.parametrize("what", ["unknown number", "another name", "another mobile", "no longer in use"])
def test_whatever_does_not_fit_is_told_alike_and_nothing_is_tied(what):
    body = posted(someone())
    if what != "unknown number":
        patient = registered(someone(), mobile="13800001111" if what == "another mobile" else MOBILE)
        if what == "no longer in use":
            mpi_people.set_active(by=BY, patient=patient, active=False)
    if what == "another name":
        body["name"] = someone(8).name
    client, account = signed_in()
    before = mpi.find(system="resident_id", value=body["number"])
    response = client.post("/my/identity/", body)
    page = response.content.decode()
    assert response.status_code == 422 and NEUTRAL in page and "counter" in page
    account.refresh_from_db()
    assert account.patient == "" and mpi.related(str(account.pk)) == []
    assert mpi.find(system="resident_id", value=body["number"]) == before  # nobody is registered by asking
    assert [check.passed for check in IdentityCheck.objects.all()] == [False]
    assert body["number"] not in str(list(Entry.objects.values_list("detail", flat=True)))


@pytest.mark.parametrize("wrong", [{"number": "320102199003071231"}, {"name": ""}, {"document": "friend"}])
def test_a_typing_error_is_told_as_one_and_is_no_try(wrong):
    client, _account = signed_in()
    response = client.post("/my/identity/", posted(someone(), **wrong))
    assert response.status_code == 422 and NEUTRAL not in response.content.decode()
    assert not IdentityCheck.objects.exists()


def test_after_five_tries_a_day_even_the_right_answer_waits(settings):
    registered(someone(), mobile=MOBILE)
    client, account = signed_in()
    for _ in range(settings.JINLING_IDENTITY_TRIES):
        client.post("/my/identity/", posted(someone(), name=someone(8).name))
    response = client.post("/my/identity/", posted(someone()))
    assert response.status_code == 422 and "too many tries" in response.content.decode()
    account.refresh_from_db()
    assert account.patient == "" and IdentityCheck.objects.count() == settings.JINLING_IDENTITY_TRIES
    IdentityCheck.objects.update(at="2018-05-01T00:00:00Z")  # a day later
    assert client.post("/my/identity/", posted(someone())).status_code == 302


def test_many_accounts_do_not_try_one_number_more_often(settings):
    registered(someone(), mobile="13800001111")
    for turn in range(settings.JINLING_IDENTITY_TRIES + 1):
        client, _account = signed_in(f"1390000000{turn}")
        text = client.post("/my/identity/", posted(someone())).content.decode()
    assert "too many tries" in text and IdentityCheck.objects.count() == settings.JINLING_IDENTITY_TRIES


def test_the_page_of_people_tells_no_more_and_counts_the_same(settings):
    registered(someone(), mobile="13800001111")
    client, account = signed_in()
    body = {"form": "add", "relation": "child", **posted(someone(), name=someone(8).name)}
    for _ in range(settings.JINLING_IDENTITY_TRIES):
        assert NEUTRAL in client.post("/people/", body).content.decode()
    assert "too many tries" in client.post("/people/", body).content.decode()
    assert "too many tries" in client.post("/my/identity/", posted(someone())).content.decode()
    assert mpi.related(str(account.pk)) == []


def test_one_person_has_one_account_and_one_account_one_person():
    registered(someone(), mobile=MOBILE)
    registered(someone(8), mobile=MOBILE)
    first, account = signed_in()
    second, _other = signed_in()
    assert first.post("/my/identity/", posted(someone())).status_code == 302
    response = second.post("/my/identity/", posted(someone()))
    assert response.status_code == 422 and "has an account already" in response.content.decode()
    first.post("/my/identity/", posted(someone(8)))  # the page no longer asks
    account.refresh_from_db()
    assert account.patient == str(mpi.find(system="resident_id", value=posted(someone())["number"]))
    with pytest.raises(access_refusals.IdentityTied):
        access.tie_patient(by=BY, account=account, patient=str(registered(someone(21), mobile=MOBILE)))


def test_who_was_checked_at_a_counter_or_on_the_page_of_people_is_not_asked_again():
    at_counter, by_page = registered(someone(), mobile=MOBILE), registered(someone(8), mobile=MOBILE)
    first, account = signed_in()
    mpi.relate(by=BY, account=str(account.pk), patient=at_counter, relation="self", verified=True)
    second, other = signed_in()
    second.post("/people/", {"form": "add", "relation": "self", **posted(someone(8))})
    other.refresh_from_db()
    assert other.patient == str(by_page)
    for client in (first, second):
        assert client.get("/my/identity/").context["shown"] is not None
    third, _account = signed_in()
    answer = third.post("/people/", {"form": "add", "relation": "self", **posted(someone(8))})
    assert answer.status_code == 422 and "has an account already" in answer.content.decode()
    assert third.get("/my/identity/").context["shown"] is None and mpi.related(str(_account.pk)) == []


def test_strangers_and_staff_do_not_come_in(client):
    assert client.get("/my/identity/").status_code == 302
    staff = access.add_account(by=BY, username="li", password="plum-blossom-hill-7", roles=["clinician"])
    client.force_login(staff, backend="django.contrib.auth.backends.ModelBackend")
    assert client.get("/my/identity/").status_code == 403
