"""A few pairs for the identity desk of the demonstration city: the same people, entered twice by different desks."""

from __future__ import annotations

from dataclasses import replace

from jinling.foundation.mpi.models import Match
from jinling.foundation.mpi.rules.matching import Rule
from jinling.foundation.mpi.rules.people import NewPatient
from jinling.foundation.mpi.synthetic import areas, people
from jinling.foundation.mpi.usecases.linkage import merge, suggest
from jinling.foundation.mpi.usecases.people import find_or_register, register
from jinling.kernel import names
from jinling.kernel.actor import system

DEMO = system("mpi.demo", purpose="HOPERAT")
PAIRS = 6


def load(scale: float, seed: int) -> int:
    """Put pairs on the work list once, and merge one; gives how many wait. ``scale`` does not matter."""
    waiting = Match.objects.filter(state=Match.State.OPEN).count()
    if waiting or Match.objects.exists():
        return waiting
    for place, person in enumerate(people(PAIRS + 1, seed, areas(0, 3))):
        first = find_or_register(by=DEMO, person=person)
        second = register(by=DEMO, person=_again(person, place))
        if place < PAIRS:
            suggest(by=DEMO, one=first, other=second, reason="entered twice")
        else:  # one merge that can be taken back
            merge(by=DEMO, one=first, other=second, rule=Rule.AT_A_DESK)
    return PAIRS


def _again(person: NewPatient, place: int) -> NewPatient:
    """The same person as another desk wrote them: without the number, with a slip of its own."""
    written = replace(person, identifiers=(), real_name_verified=False)
    if place % 3 == 0:
        return replace(written, mobile="")
    if place % 3 == 1 and person.birth_date and person.birth_date.day <= 12:
        return replace(
            written, birth_date=person.birth_date.replace(month=person.birth_date.day, day=person.birth_date.month)
        )
    if " " in person.name:  # where names have parts, one is left out
        return replace(written, name=person.name.rpartition(" ")[0])
    surname, given = names.split(person.name)
    return replace(written, name=surname + given[:1] * len(given))
