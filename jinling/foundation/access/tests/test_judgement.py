"""One person's record: relation, consent, emergency, and the wall in the database."""

from __future__ import annotations

from datetime import timedelta
from uuid import uuid4

import pytest
import time_machine
from django.db import DatabaseError, connection, transaction
from django.utils import timezone

from jinling.foundation.access import (
    judgement,
    public as access,
)
from jinling.foundation.access.models import Consent, EmergencyAccess, RoleChange
from jinling.foundation.access.rules import refusals as access_refusals
from jinling.foundation.access.rules.decisions import ConsentDecision
from jinling.foundation.access.rules.second_hand import JUDGEMENT
from jinling.foundation.audit.models import Entry
from jinling.foundation.messaging.models import Message
from jinling.foundation.outbox.models import Event
from jinling.kernel.actor import Actor, system

pytestmark = pytest.mark.django_db
PATIENT, OTHER = str(uuid4()), str(uuid4())
CLINICIAN = Actor(kind="account", id=str(uuid4()), role="clinician", purpose="TREAT", organization="H1", channel="web")
CITIZEN = Actor(kind="account", id=str(uuid4()), role="citizen", purpose="PATRQT", channel="web", patient=PATIENT)
AUDITOR = Actor(kind="account", id=str(uuid4()), role="audit_admin", purpose="SUPERVISION", channel="web")
PASSWORD = "plum-blossom-hill-7"


@pytest.fixture(autouse=True)
def a_record(monkeypatch):
    """A permission to read records, and a hospital that treats one patient."""
    granted = dict(access.grants())
    granted["clinician"] |= {"test.record"}
    granted["citizen"] |= {"test.record"}
    monkeypatch.setattr(judgement, "grants", lambda: granted)

    def treated(by, patients):
        return {PATIENT} if by.organization == "H1" else set()

    monkeypatch.setattr(judgement, "relation_books", lambda: {"treating": (treated,)})


def reads(by, patient=PATIENT, **more):
    judgement.ensure(by, "test.record", **({"patient": patient, "relations": ("self", "treating")} | more))


def refused(by, patient=PATIENT, **more):
    with pytest.raises(access_refusals.AccessDenied) as refusal:
        reads(by, patient, **more)
    return refusal.value.fields["reason"]


def test_a_citizen_reads_the_own_record_and_no_other():
    reads(CITIZEN)
    assert refused(CITIZEN, OTHER) == "relation"
    entry = Entry.objects.get(action="access.denied")
    assert (entry.patient, entry.outcome, entry.actor) == (OTHER, "denied", CITIZEN.id)


def test_a_clinician_reads_whom_the_hospital_treats():
    reads(CLINICIAN)
    assert refused(CLINICIAN, OTHER) == "relation"
    assert refused(CLINICIAN.acting_for("STATS")) == "purpose"
    assert refused(CLINICIAN, level=5) == "context"
    reads(CLINICIAN, level=5, fresh=True)


def test_a_role_without_the_permission_is_refused():
    assert refused(AUDITOR) == "role"


def says(decision, **more):
    return access.give_consent(by=CITIZEN, patient=PATIENT, decision=decision, text="Agreed.", text_version="1", **more)


def test_a_word_counts_at_once_and_so_does_its_withdrawal():
    reads(CLINICIAN)
    no = says("deny", organization="H1")
    assert refused(CLINICIAN) == "consent"
    reads(CITIZEN)
    access.withdraw_consent(by=CITIZEN, patient=PATIENT, consent=no.pk)
    reads(CLINICIAN)
    assert Entry.objects.filter(action__in=["access.give_consent", "access.withdraw_consent"]).count() == 2
    assert Event.objects.filter(type="access.ConsentChanged").count() == 2


def test_what_the_city_presumes_is_a_setting(settings):
    settings.JINLING_SHARING_DEFAULT = False
    assert refused(CLINICIAN) == "consent"
    says("permit", organization="H1", categories=["laboratory"])
    reads(CLINICIAN, category="laboratory")
    assert refused(CLINICIAN, category="imaging") == "consent"


def test_nobody_withdraws_another_patients_word():
    word = says("deny")
    with pytest.raises(access_refusals.ConsentUnknown):
        access.withdraw_consent(by=CITIZEN, patient=OTHER, consent=word.pk)
    with pytest.raises(access_refusals.ConsentInvalid):
        says("perhaps")
    with pytest.raises(access_refusals.ConsentInvalid):
        says("deny", starts_at=timezone.now(), ends_at=timezone.now() - timedelta(days=1))
    assert Consent.objects.filter(withdrawn_at=None).count() == 1


# -- emergencies -----------------------------------------------------------------------------


def emergency(by=CLINICIAN, patient=OTHER, reason="Found unconscious, no companion", fresh=True):
    return access.open_emergency_access(by=by, patient=patient, reason=reason, fresh=fresh)


def test_an_emergency_opens_one_patient_for_four_hours():
    urgent = CLINICIAN.acting_for("BTG")
    assert refused(urgent, OTHER) == "relation"
    emergency()
    reads(urgent, OTHER)
    assert refused(CLINICIAN, OTHER) == "relation"
    assert refused(urgent, str(uuid4())) == "relation"
    with time_machine.travel(timezone.now() + timedelta(hours=4, seconds=1)):
        assert refused(urgent, OTHER) == "relation"


def test_an_emergency_is_told_to_the_auditors_the_patient_and_the_bus():
    auditor = access.add_account(by=system("t"), username="a", password=PASSWORD, roles=["audit_admin"])
    case = emergency()
    assert Message.objects.get(template="access.emergency_opened").recipient == str(auditor.pk)
    entry = Entry.objects.get(action="access.emergency")
    assert (entry.patient, entry.purpose, entry.organization) == (OTHER, "BTG", "H1")
    assert Event.objects.get(type="access.EmergencyOpened").payload["emergency"] == str(case.pk)
    assert [waiting.pk for waiting in access.emergencies()] == [case.pk]


@pytest.mark.parametrize(
    ("changes", "refusal"),
    [
        ({"by": CITIZEN}, access_refusals.AccessDenied),
        ({"reason": "urgent   "}, access_refusals.ReasonTooShort),
        ({"fresh": False}, access_refusals.SignInNotFresh),
    ],
)
def test_an_emergency_without_right_reason_or_proof_is_refused(changes, refusal):
    with pytest.raises(refusal):
        emergency(**changes)
    assert not EmergencyAccess.objects.exists() and not Event.objects.exists()


def test_an_unjustified_emergency_ends_and_nobody_judges_the_own_case():
    case = emergency()
    with pytest.raises(access_refusals.OwnCase):
        access.judge_emergency(by=CLINICIAN, emergency=case.pk, justified=True, remark="")
    access.judge_emergency(by=AUDITOR, emergency=case.pk, justified=False, remark="No such admission")
    assert refused(CLINICIAN.acting_for("BTG"), OTHER) == "relation"
    with pytest.raises(access_refusals.AlreadyDecided):
        access.judge_emergency(by=AUDITOR, emergency=case.pk, justified=True, remark="")
    assert EmergencyAccess.objects.get().judgement == "unjustified" and access.emergencies() == []
    with pytest.raises(access_refusals.EmergencyUnknown):
        access.judge_emergency(by=AUDITOR, emergency=uuid4(), justified=True, remark="")


def test_the_words_of_the_tables_are_those_of_the_rules():
    assert Consent.Decision.values == list(ConsentDecision)
    assert EmergencyAccess.Judgement.values == list(JUDGEMENT.all())
    assert JUDGEMENT.from_state(EmergencyAccess.Judgement.OPEN) and JUDGEMENT.final() == ("justified", "unjustified")


def test_the_database_knows_no_longer_emergency():
    now = timezone.now()
    with pytest.raises(DatabaseError), transaction.atomic():
        EmergencyAccess.objects.create(
            account="a", patient=PATIENT, reason="x" * 10, starts_at=now, ends_at=now + timedelta(hours=4, seconds=1)
        )


# -- two persons for a role --------------------------------------------------------------------


def test_a_role_is_given_when_a_second_administrator_agrees():
    first, second = (Actor(kind="account", id=str(uuid4()), role="security_admin") for _ in range(2))
    account = access.add_account(by=system("t"), username="li", password=PASSWORD, roles=[])
    change = access.ask_role_change(by=first, account=account, role="regulator", give=True)
    with pytest.raises(access_refusals.OwnCase):
        access.decide_role_change(by=first, change=change.pk, agreed=True)
    with pytest.raises(access_refusals.OwnCase):
        access.decide_role_change(
            by=Actor(kind="account", id=str(account.pk), role="security_admin"), change=change.pk, agreed=True
        )
    assert access.held_by(access.account_named("li")) == ()
    access.decide_role_change(by=second, change=change.pk, agreed=True)
    assert [held.role for held in access.held_by(access.account_named("li"))] == ["regulator"]
    with pytest.raises(access_refusals.AlreadyDecided):
        access.decide_role_change(by=second, change=change.pk, agreed=False)
    taking = access.ask_role_change(by=first, account=account, role="regulator", give=False)
    access.decide_role_change(by=second, change=taking.pk, agreed=False)
    assert [held.role for held in access.held_by(access.account_named("li"))] == ["regulator"]


def test_a_change_that_could_never_be_agreed_to_is_refused():
    account = access.add_account(by=system("t"), username="li", password=PASSWORD, roles=["audit_admin"])
    for role, refusal in (("security_admin", access_refusals.RolesClash), ("citizen", access_refusals.RoleUnknown)):
        with pytest.raises(refusal):
            access.ask_role_change(by=AUDITOR, account=account, role=role, give=True)
    assert not RoleChange.objects.exists()
    with pytest.raises(access_refusals.RoleChangeUnknown):
        access.decide_role_change(by=AUDITOR, change=uuid4(), agreed=True)


# -- the wall ----------------------------------------------------------------------------------


def test_behind_the_wall_a_query_without_condition_shows_named_patients_only():
    says("deny")
    access.give_consent(by=system("t"), patient=OTHER, decision="deny", text="x", text_version="1")
    assert Consent.objects.count() == 2
    with access.walled([PATIENT]):
        assert [row.patient for row in Consent.objects.all()] == [PATIENT]
        with connection.cursor() as cursor:
            cursor.execute("SELECT DISTINCT patient FROM audit_entry")
            assert cursor.fetchall() == [(PATIENT,)]
    with access.walled([]):
        assert not Consent.objects.exists()
    assert Consent.objects.count() == 2


@pytest.mark.parametrize(
    "statement",
    [
        "UPDATE access_consent SET decision = 'permit'",
        "DELETE FROM access_consent",
        "SELECT * FROM access_account",
        "INSERT INTO access_consent (id) VALUES (gen_random_uuid())",
        "SELECT audit_append('[]', now())::text FROM audit_lane",
    ],
)
def test_behind_the_wall_nothing_is_written_and_no_other_table_is_read(statement):
    says("deny")
    with pytest.raises(DatabaseError), access.walled([PATIENT]), connection.cursor() as cursor:
        cursor.execute(statement)
    assert Consent.objects.get().decision == "deny"


def test_the_wall_is_down_again_after_a_failure_inside():
    says("deny")
    with pytest.raises(ZeroDivisionError), access.walled([PATIENT]):
        _ = 1 / 0
    with connection.cursor() as cursor:
        cursor.execute("SELECT current_user, current_setting('jinling.patients', true)")
        user, named = cursor.fetchone()
    assert user != judgement.WALL and not named
    with pytest.raises(ValueError), access.walled(["a,b"]):
        pass
