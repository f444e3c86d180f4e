"""How the bulletin's table of cards becomes cards, through the verb that counters use."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import datetime
from functools import partial
from itertools import islice
from uuid import UUID

from django.utils import timezone

from jinling.foundation.directory import public as directory
from jinling.foundation.mpi import public as mpi
from jinling.kernel.actor import system
from jinling.kernel.ages import age_on
from jinling.kernel.figures import PrintedTable, ReplayChunk, ReplayRequest
from jinling.kernel.periods import Period
from jinling.kernel.spreading import shares
from jinling.services.cards.queries import holders
from jinling.services.cards.rules import replaying
from jinling.services.cards.rules.life import CHILD_UNTIL, CardKind, Place
from jinling.services.cards.usecases.life import issue_many, withdraw_batch
from jinling.services.cards.values import NewCard

REPLAYER = system("cards.replay", purpose="HOPERAT", channel="replay")
CHUNK = 2500  # cards of one transaction
GROWN_UP_BORN = 1997


class CardReplay:
    """Cards issued, institution by institution, spread over the month's open hours."""

    tables = ("cards_issued",)
    printed = {"cards_issued": PrintedTable("organization", {"cards.issued": lambda at: "cards"})}
    events = "cards.card"
    draws_on: tuple[str, ...] = ()

    def plan(self, request: ReplayRequest) -> Sequence[ReplayChunk]:
        """Chunks of 2,500 cards.

        Raises:
            FigureNotReplayed: something else than a number of cards.
        """
        rows = list(request.rows("cards_issued"))
        found = directory.resolve_many([row.cells["organization"] for row in rows], Period(request.period).last)
        issuers = [found[row.cells["organization"]].pk for row in rows]
        counts = dict(zip(issuers, shares([row.figure("cards") for row in rows], request.scale), strict=True))
        population, people = mpi.Population(REPLAYER), replaying.people_needed(list(counts.values()))
        days, zone = list(Period(request.period).days()), timezone.get_default_timezone()
        chunks, offset = [], 0
        for issuer, count in counts.items():
            moments = replaying.moments(count, days, zone)
            for first in range(0, count, CHUNK):
                chosen = replaying.turns((offset + first) % people, people)
                part, batch = moments[first : first + CHUNK], f"replay:{request.period}"
                run = partial(_issue, issuer, part, population, chosen, batch)
                chunks.append(ReplayChunk(f"{issuer}/{first}", len(part), run))
            offset += count
        return chunks

    def withdraw(self, period: str) -> int:
        """Take back the cards that a replay of the period issued."""
        return withdraw_batch(by=REPLAYER, batch=f"replay:{period}")


def _issue(
    issuer: int, moments: Sequence[datetime], population: mpi.Population, turns: Iterator[int], batch: str
) -> int:
    """A card at each of the moments, for those who come and hold none of the issuer yet."""
    places: list[int] = []
    while len(places) < len(moments):
        comers = list(islice(turns, len(moments) - len(places)))
        patients = population.patients(comers)
        held = holders(issuer, patients)
        places += [place for place, patient in zip(comers, patients, strict=True) if patient not in held]
    guardians = [_grown_up(population, place) for place in places]
    patients = population.patients([*places, *guardians])
    cards = [
        _card(population.person(place), patient, guardian, at)
        for place, patient, guardian, at in zip(
            places, patients[: len(places)], patients[len(places) :], moments, strict=True
        )
    ]
    issue_many(by=REPLAYER, issuer=issuer, cards=cards, place=Place.COUNTER, batch=batch)
    return len(cards)


def _grown_up(population: mpi.Population, place: int) -> int:
    """The nearest grown-up before a place, or after it at the beginning: a child's guardian."""
    for near in (*range(place, -1, -1), *range(place + 1, place + 1000)):
        born = population.person(near).birth_date
        if born is not None and born.year <= GROWN_UP_BORN:
            return near
    raise LookupError(place)


def _card(person: mpi.NewPatient, patient: UUID, guardian: UUID, at: datetime) -> NewCard:
    if person.birth_date is not None and age_on(person.birth_date, at.date()) < CHILD_UNTIL:
        return NewCard(patient, CardKind.CHILD, guardian, at)
    return NewCard(patient, at=at)


REPLAYS = [CardReplay()]
