"""Registering, finding, showing and changing people; every refusal leaves things as they were."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta
from uuid import uuid4

import pytest
from django.utils import timezone

from jinling.foundation.audit import public as audit
from jinling.foundation.mpi import public as mpi, queries as mpi_queries
from jinling.foundation.mpi.models import Patient, PatientIdentifier, RelatedPerson
from jinling.foundation.mpi.rules import people as mpi_people_rules
from jinling.foundation.mpi.usecases import people as mpi_people
from jinling.foundation.outbox.models import Event
from jinling.kernel.actor import Actor, system
from jinling.kernel.identifiers import IdentifierInvalid, resident_check_digit
from jinling.kernel.names import NameInvalid
from jinling.kernel.outcomes import Refused

pytestmark = pytest.mark.django_db
BY = system("test")
CLERK = Actor(kind="account", id="clerk", role="identity_clerk")


def number(born: str = "19900101", order: str = "123", area: str = "320106") -> str:
    return area + born + order + resident_check_digit(area + born + order)


def person(**changes) -> mpi.NewPatient:
    basis = mpi.NewPatient(
        name="欧阳修远", identifiers=(mpi.Identifier("resident_id", number()),), mobile="13812341234", district="320106"
    )
    return replace(basis, **changes)


def rows() -> tuple[int, int, int]:
    return Patient.objects.count(), PatientIdentifier.objects.count(), Event.objects.count()


def test_a_person_is_entered_sealed_and_found_by_every_form_of_the_number():
    key = mpi.register(by=BY, person=person())
    row = Patient.objects.get(id=key)
    assert (row.birth_date, row.sex) == (date(1990, 1, 1), "male")
    kept = b"".join(bytes(value) for value in (row.name_sealed, row.name_index, row.mobile_sealed, row.mobile_index))
    kept += b"".join(bytes(i.value_sealed) + bytes(i.value_index) for i in row.identifiers.all())
    for canary in ("欧阳修远", "13812341234", number()):
        assert canary.encode() not in kept
    assert mpi.find(system="resident_id", value=" " + number().lower()) == key
    assert mpi.find(system="household_register", value=number()) == key
    assert mpi.find(system="resident_id", value=number(order="125")) is None
    assert mpi.find_by_name(name="歐陽修遠", birth_date=date(1990, 1, 1)) == [key]
    assert mpi.find_by_name(name="Ouyang Xiuyuan") == [key]
    assert mpi.find_by_name(name="欧阳修远", birth_date=date(1990, 1, 2)) == []
    assert mpi.find_by_mobile("+8613812341234") == [key]
    assert [(e.action, e.patient) for e in audit.about_patient(str(key))] == [("mpi.register", str(key))]
    assert Event.objects.get().payload == {"patients": [str(key)]}


def test_the_15_digit_number_is_the_same_person():
    key = mpi.register(by=BY, person=person())
    assert mpi.find(system="resident_id", value="320106900101123") == key


def test_facts_take_one_query_and_decrypt_nothing(django_assert_num_queries):
    first, second = mpi.register_many(
        by=BY, people=[person(real_name_verified=True), person(name="王芳", identifiers=(), mobile="", sex="female")]
    )
    mpi_people.set_active(by=BY, patient=second, active=False)
    with django_assert_num_queries(1):
        facts = mpi.facts([first, str(second), uuid4()])
    assert facts == {
        first: mpi_people_rules.PatientFacts(first, date(1990, 1, 1), "male", True, True, "320106"),
        second: mpi_people_rules.PatientFacts(second, None, "female", False, False, "320106"),
    }


def test_screens_get_masked_values_and_every_look_is_audited():
    key = mpi.register(by=BY, person=person())
    shown = mpi.shown(by=CLERK, ids=[key])[key]
    assert (shown.name, shown.identifier, shown.mobile) == ("欧*", "320106********123" + number()[-1], "138****1234")
    clear = mpi.shown(by=CLERK, ids=[key, uuid4()], masked=False)[key]
    assert (clear.name, clear.identifier, clear.mobile) == ("欧阳修远", number(), "13812341234")
    assert [(e.action, e.actor) for e in audit.about_patient(str(key))][:2] == [
        ("mpi.read_unmasked", "clerk"),
        ("mpi.read", "clerk"),
    ]


@pytest.mark.parametrize(
    ("changes", "where", "code"),
    [
        ({"name": ""}, "people[1].name", "person_incomplete"),
        ({"name": "张3"}, "people[1].name", "name_invalid"),
        ({"mobile": "123"}, "people[1].mobile", "identifier_invalid"),
        ({"identifiers": (mpi.Identifier("resident_id", "1"),)}, "people[1].identifiers[0]", "identifier_invalid"),
        ({"identifiers": (mpi.Identifier("loyalty", "1"),)}, "people[1].identifiers[0]", "identifier_invalid"),
        ({"birth_date": date(1990, 1, 2)}, "people[1].birth_date", "number_contradicts"),
        ({"birth_date": date(2990, 1, 2), "identifiers": ()}, "people[1].birth_date", "number_contradicts"),
        ({"sex": "female"}, "people[1].sex", "number_contradicts"),
    ],
)
def test_one_wrong_person_refuses_the_batch_and_nothing_is_written(changes, where, code):
    good = person(identifiers=(mpi.Identifier("resident_id", number(order="001")),))
    before = rows()
    with pytest.raises(Refused) as caught:
        mpi.register_many(by=BY, people=[good, person(**changes)])
    assert (caught.value.where, caught.value.code) == (where, code)
    assert number() not in caught.value.message() + caught.value.mend_message()
    assert rows() == before


def test_a_number_has_one_owner():
    mpi.register(by=BY, person=person())
    before = rows()
    fresh = person(identifiers=(mpi.Identifier("resident_id", number(order="001")),))
    with pytest.raises(mpi_people_rules.IdentifierTaken) as caught:
        mpi.register_many(by=BY, people=[fresh, person(name="王芳")])
    assert caught.value.where == "people[1].identifiers[0]"
    with pytest.raises(mpi_people_rules.IdentifierTwice) as twice:
        mpi.register_many(by=BY, people=[fresh, replace(fresh, name="王芳")])
    assert (twice.value.where, twice.value.fields["first"]) == ("people[1].identifiers[0]", "people[0]")
    assert rows() == before


def test_find_or_register_knows_the_same_person_again():
    first = mpi.find_or_register(by=BY, person=person())
    other = person(name="王芳", identifiers=(mpi.Identifier("passport", "E12345678"),))
    assert mpi.find_or_register_many(by=BY, people=[person(name="歐陽修遠"), other, other])[0] == first
    ids = mpi.find_or_register_many(by=BY, people=[other, person(), other])
    assert ids[0] == ids[2] != ids[1] == first
    assert Patient.objects.count() == 2


def test_a_number_under_another_name_is_refused():
    key = mpi.register(by=BY, person=person())
    before = rows()
    with pytest.raises(mpi.NameDiffers) as caught:
        mpi.find_or_register(by=BY, person=person(name="王芳"))
    assert caught.value.where == "people[0].name"
    assert mpi.find_or_register_many(by=BY, people=[person(name="王芳")], names_must_agree=False) == [key]
    passport = mpi.Identifier("passport", "E12345678")
    mpi.register(by=BY, person=person(name="王芳", identifiers=(passport,)))
    with pytest.raises(mpi_people_rules.IdentifiersDisagree):
        mpi.find_or_register(by=BY, person=person(identifiers=(*person().identifiers, passport)))
    assert rows()[0] == before[0] + 1


def test_a_newborn_is_entered_without_a_name_and_named_later():
    mother = mpi.register(by=BY, person=person(name="王芳", identifiers=(), sex="female"))
    child = mpi.register(
        by=BY,
        person=mpi.NewPatient(
            name="",
            name_absent="newborn",
            mother=mother,
            birth_date=timezone.localdate(),
            identifiers=(mpi.Identifier("birth_certificate", "O320123456"),),
        ),
    )
    assert mpi.shown(by=CLERK, ids=[child])[child].name == ""
    mpi.update_name(by=CLERK, patient=child, name="欧阳·小")
    assert mpi.shown(by=CLERK, ids=[child], masked=False)[child].name == "欧阳·小"
    assert Patient.objects.get(id=child).name_absent == ""
    with pytest.raises(Refused):
        mpi.update_name(by=CLERK, patient=child, name="")
    with pytest.raises(NameInvalid):
        mpi.update_name(by=CLERK, patient=child, name="1")


def test_a_record_is_changed_with_an_audit_entry_and_an_event():
    key = mpi.register(by=BY, person=person())
    mpi.update_mobile(by=CLERK, patient=key, mobile="139 0000 0000")
    assert mpi.find_by_mobile("13812341234") == []
    assert mpi_queries.mobiles([str(key)]) == {str(key): "13900000000"}
    mpi.update_mobile(by=CLERK, patient=key, mobile="")
    assert mpi_queries.mobiles([str(key)]) == {}
    mpi_people.update_district(by=CLERK, patient=key, district="320104")
    mpi_people.verify_real_name(by=CLERK, patient=key)
    mpi_people.verify_real_name(by=CLERK, patient=key)
    mpi_people.mark_deceased(by=CLERK, patient=key, on=date(2018, 5, 1))
    assert mpi.facts([key])[key] == mpi_people_rules.PatientFacts(key, date(1990, 1, 1), "male", True, False, "320104")
    what = [e.payload["what"] for e in Event.objects.filter(type="mpi.PatientChanged").order_by("id")]
    assert what == [["mobile"], ["mobile"], ["district"], ["real_name_verified"], ["deceased"]]
    assert len([e for e in audit.about_patient(str(key)) if e.action == "mpi.update"]) == 5


@pytest.mark.parametrize(
    "change",
    [
        lambda key: mpi.update_mobile(by=CLERK, patient=key, mobile="13900000000"),
        lambda key: mpi.update_name(by=CLERK, patient=key, name="王芳"),
        lambda key: mpi_people.update_district(by=CLERK, patient=key, district=""),
        lambda key: mpi_people.verify_real_name(by=CLERK, patient=key),
        lambda key: mpi_people.mark_deceased(by=CLERK, patient=key),
        lambda key: mpi_people.set_active(by=CLERK, patient=key, active=False),
        lambda key: mpi.relate(by=CLERK, account="a", patient=key, relation="child"),
        lambda key: mpi.unrelate(by=CLERK, account="a", patient=key),
        lambda key: mpi.add_identifier(by=CLERK, patient=key, identifier=mpi.Identifier("passport", "E12345678")),
        lambda key: mpi_people.end_identifier(
            by=CLERK, patient=key, identifier=mpi.Identifier("passport", "E12345678"), on=date(2018, 5, 1)
        ),
    ],
)
def test_nobody_is_changed_under_an_unknown_id(change):
    before = rows()
    with pytest.raises(mpi_people_rules.PatientUnknown):
        change(uuid4())
    assert rows() == before


def test_numbers_come_and_go():
    key, other = mpi.register_many(by=BY, people=[person(), person(name="王芳", identifiers=())])
    passport = mpi.Identifier("passport", "E12345678")
    mpi.add_identifier(by=CLERK, patient=key, identifier=passport)
    mpi.add_identifier(by=CLERK, patient=key, identifier=passport)
    assert PatientIdentifier.objects.filter(patient=key).count() == 2
    with pytest.raises(mpi_people_rules.IdentifierTaken):
        mpi.add_identifier(by=CLERK, patient=other, identifier=passport)
    with pytest.raises(IdentifierInvalid):
        mpi.add_identifier(by=CLERK, patient=other, identifier=mpi.Identifier("passport", "?"))
    mpi_people.end_identifier(by=CLERK, patient=key, identifier=passport, on=date(2018, 5, 1))
    assert mpi.find(system="passport", value="E12345678") is None
    mpi.add_identifier(by=CLERK, patient=other, identifier=passport)
    assert mpi.find(system="passport", value="E12345678") == other


def test_an_account_acts_for_people_up_to_its_limit(settings):
    settings.JINLING_PERSONS_PER_ACCOUNT = 2
    ids = mpi.register_many(by=BY, people=[person(name="王芳", identifiers=()) for _ in range(3)])
    today = timezone.localdate()
    mpi.relate(by=CLERK, account="a", patient=ids[1], relation="child", expires_on=today)
    mpi.relate(by=CLERK, account="a", patient=ids[0], relation="self", verified=True)
    mpi.relate(by=CLERK, account="a", patient=ids[1], relation="child", verified=True, expires_on=today)
    with pytest.raises(mpi_people_rules.TooManyPersons):
        mpi.relate(by=CLERK, account="a", patient=ids[2], relation="spouse")
    with pytest.raises(mpi_people_rules.RelationInvalid):
        mpi.relate(by=CLERK, account="a", patient=ids[0], relation="landlord")
    assert [(p.patient, p.relation) for p in mpi.related("a")] == [(ids[0], "self"), (ids[1], "child")]
    assert mpi_queries.may_act_for("a", ids[1])
    assert not mpi_queries.may_act_for("a", ids[1], on=today + timedelta(days=1))
    assert not mpi_queries.may_act_for("b", ids[1])
    assert not mpi_queries.may_act_for("a", ids[2])
    mpi.unrelate(by=CLERK, account="a", patient=ids[1])
    mpi.relate(by=CLERK, account="a", patient=ids[2], relation="spouse")
    assert not mpi_queries.may_act_for("a", ids[2])
    assert RelatedPerson.objects.count() == 2
