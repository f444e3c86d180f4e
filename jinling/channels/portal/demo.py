"""The demonstration's citizen has people to book for: themselves, a child and a parent, checked at a counter,
and their cards."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from uuid import UUID

from django.db import transaction
from django.utils import timezone

from jinling.foundation.access import public as access
from jinling.foundation.directory import public as directory
from jinling.foundation.mpi import public as mpi
from jinling.kernel.actor import system
from jinling.services.cards import public as cards

DEMO = system("portal.demo", purpose="PATRQT")
AGES = {"self": (25, 45), "child": (3, 11), "parent": (60, 75)}
CROWD = 400  # among so many invented people every age is found


@transaction.atomic
def load(scale: float, seed: int) -> int:
    """Tie three people to the citizen's account once; gives how many it has. ``scale`` does not matter."""
    citizen = access.ensure_demo_citizen()
    account, mobile = str(citizen.pk), access.mobile_of(citizen)
    if not mpi.related(account):
        family: dict[str, UUID] = {}
        crowd = list(mpi.synthetic_people(CROWD, seed + 1, list(mpi.areas(0))))
        for relation, (least, most) in AGES.items():
            person = next(one for one in crowd if one.birth_date and least <= _age(one.birth_date) <= most)
            own = replace(person, mobile=mobile if relation == "self" else "")
            patient = mpi.find_or_register(by=DEMO, person=own)
            mpi.relate(by=DEMO, account=account, patient=patient, relation=relation, verified=True)
            family[relation] = patient
        _cards(family)
    return len(mpi.related(account))


def _cards(family: dict[str, UUID]) -> None:
    """A card for the citizen, one for the child and an application for the parent, where the city has a hospital."""
    hospital = directory.organizations(kind="hospital").first()
    if hospital is not None:
        cards.issue(by=DEMO, issuer=hospital.pk, card=cards.NewCard(family["self"]))
        cards.issue(
            by=DEMO, issuer=hospital.pk, card=cards.NewCard(family["child"], cards.CardKind.CHILD, family["self"])
        )
        cards.apply(by=DEMO, issuer=hospital.pk, card=cards.NewCard(family["parent"], cards.CardKind.CITIZEN))


def _age(born: date) -> int:
    return (timezone.localdate() - born).days // 365
