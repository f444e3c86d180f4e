"""A change of keys: everything opens before and after, nothing is left behind, and a stop is resumed."""

from __future__ import annotations

import pytest

from jinling.config.database import resealing
from jinling.foundation.access.models import Account
from jinling.foundation.access.usecases import citizens as access_citizens
from jinling.foundation.messaging import public as messaging
from jinling.foundation.messaging.models import Message
from jinling.foundation.mpi import public as mpi
from jinling.foundation.mpi.models import Patient, PatientIdentifier
from jinling.kernel.actor import system
from jinling.kernel.sealing import Keyring, SealBroken

pytestmark = pytest.mark.django_db
BY = system("t")


@pytest.fixture
def rings(settings):
    """The keys before and after a change of both, and to the national algorithms."""
    config = settings.JINLING_SEALING
    before = Keyring(keys=config["keys"], index_keys=config["index_keys"], algorithm=config["algorithm"])
    keys = {**config["keys"], max(config["keys"]) + 1: b"k" * 32}
    index_keys = {**config["index_keys"], max(config["index_keys"]) + 1: b"i" * 32}
    return before, Keyring(keys=keys, index_keys=index_keys, algorithm="aes")


@pytest.fixture
def people(db):
    """Twenty people, an account and a notice."""
    ids = mpi.register_many(by=BY, people=list(mpi.synthetic_people(20, 5, ["320106"])))
    access_citizens.open_account(by=BY, mobile="13912345678")
    messaging.send(
        by=BY,
        to=messaging.Recipient("address", "13912345678"),
        template="access.sign_in_code",
        fields={"code": "123456", "minutes": 5},
    )
    return ids


def plain(ring):
    """Everything that is sealed, opened."""
    found = {}
    for column in resealing.columns():
        from django.apps import apps

        for row in apps.get_model(column.model).objects.all():
            found[column.model, column.column, row.pk] = ring.open(
                getattr(row, column.column) or b"", place=column.place(row)
            )
    return found


def test_every_value_is_renewed_and_says_the_same(people, rings):
    before, after = rings
    texts = plain(before)
    indexes = set(PatientIdentifier.objects.values_list("value_index", flat=True))
    waiting = {column.model + column.column: resealing.outdated(column, after) for column in resealing.columns()}
    assert waiting["mpi.Patientname_sealed"] == 20 and waiting["access.Accountmobile_sealed"] == 1
    list(resealing.reseal(after))
    assert plain(after) == texts
    assert all(resealing.outdated(column, after) == 0 for column in resealing.columns())
    assert not indexes & set(PatientIdentifier.objects.values_list("value_index", flat=True))
    number = texts["mpi.PatientIdentifier", "value_sealed", PatientIdentifier.objects.first().pk]
    row = PatientIdentifier.objects.first()
    space = mpi.Identifier(row.system, number).space
    assert bytes(row.value_index) == after.index(number, space=space)
    newest_alone = Keyring(keys={after.current: b"k" * 32}, index_keys={1: b"i" * 32})
    with pytest.raises(SealBroken):
        before.open(Patient.objects.first().name_sealed, place=f"mpi.name/{Patient.objects.first().pk}")
    assert newest_alone.open(Patient.objects.first().name_sealed, place=f"mpi.name/{Patient.objects.first().pk}")


def test_a_stop_is_resumed_where_it_was(people, rings):
    _before, after = rings
    steps = resealing.reseal(after, step=7)
    next(steps)
    steps.close()
    waiting = sum(resealing.outdated(column, after) for column in resealing.columns())
    assert waiting > 0
    done = sum(progress.done for progress in {p.column: p for p in resealing.reseal(after, step=7)}.values())
    assert done == waiting
    assert not any(list(resealing.reseal(after))[n].done for n in range(3))


def test_a_value_that_does_not_open_stops_the_change_and_is_left_as_it_is(people, rings):
    _before, after = rings
    broken = Patient.objects.order_by("pk").last()
    Patient.objects.filter(pk=broken.pk).update(name_sealed=b"\xa1\x00\x01" + b"x" * 40)
    with pytest.raises(SealBroken):
        list(resealing.reseal(after))
    assert bytes(Patient.objects.get(pk=broken.pk).name_sealed) == b"\xa1\x00\x01" + b"x" * 40


def test_second_factors_are_renewed_too(rings):
    from allauth.mfa.models import Authenticator

    from jinling.foundation.access.adapters import MfaAdapter

    _before, after = rings
    account = access_citizens.open_account(by=BY, mobile="13912345678")
    closed = MfaAdapter().encrypt("JBSWY3DPEHPK3PXP")
    Authenticator.objects.create(user=account, type="totp", data={"secret": closed})
    list(resealing.reseal(after))
    assert Authenticator.objects.get().data["secret"] != closed
    import base64

    assert after.open(base64.b64decode(Authenticator.objects.get().data["secret"]), place="access.totp") == (
        "JBSWY3DPEHPK3PXP"
    )
    assert Account.objects.count() == 1 and Message.objects.count() == 0
