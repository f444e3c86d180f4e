"""How the bulletin's table of cards becomes cards, through the verb that counters use."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date
from functools import partial
from uuid import UUID

from django.utils import timezone

from jinling.foundation.directory import public as directory
from jinling.foundation.mpi import public as mpi
from jinling.kernel.actor import system
from jinling.kernel.ages import age_on
from jinling.kernel.periods import Period
from jinling.kernel.sockets import ReplayChunk, ReplayRequest
from jinling.services.cards.rules import replaying
from jinling.services.cards.rules.life import CHILD_UNTIL
from jinling.services.cards.usecases.life import issue_many, withdraw_batch
from jinling.services.cards.values import NewCard

REPLAYER = system("cards.replay", purpose="HOPERAT", channel="replay")
CHUNK = 2500  # cards of one transaction


@dataclass(slots=True)
class _People:
    """The people who get cards, made when they are first needed."""

    needed: int
    made: list[mpi.NewPatient] = field(default_factory=list)

    def at(self, place: int) -> tuple[mpi.NewPatient, mpi.NewPatient]:
        """A person, and the nearest grown-up before them: a child's guardian."""
        if not self.made:
            areas = {d.code: d.code for d in directory.districts() if not d.local}
            self.made = list(mpi.synthetic_people(max(self.needed, 50), mpi.POPULATION_SEED, areas))
        person = self.made[place % self.needed]
        guardian = place % self.needed
        while not self._grown_up(self.made[guardian].birth_date):
            guardian = (guardian - 1) % len(self.made)
        return person, self.made[guardian]

    @staticmethod
    def _grown_up(born: date | None) -> bool:
        return born is not None and born.year <= 1997


class CardReplay:
    """Cards issued, institution by institution, spread over the month's open hours."""

    tables = ("cards_issued",)

    def plan(self, request: ReplayRequest) -> Sequence[ReplayChunk]:
        """Chunks of 2,500 cards."""
        table = request.tables["cards_issued"]
        at = {name: place for place, name in enumerate(table["columns"])}
        found = directory.resolve_many(row[at["organization"]] for row in table["rows"])
        counts: dict[int, int] = {}
        for row in table["rows"]:
            issuer, printed = found[row[at["organization"]]].pk, row[at["cards"]]
            if isinstance(printed, int):
                counts[issuer] = counts.get(issuer, 0) + replaying.scaled(printed, request.scale)
        people = _People(replaying.people_needed(list(counts.values())))
        period, batch = Period(request.period), f"replay:{request.period}"
        chunks, offset = [], 0
        for issuer, count in counts.items():
            for first in range(0, count, CHUNK):
                part = range(first, min(first + CHUNK, count))
                chunks.append(
                    ReplayChunk(
                        f"{issuer}/{first}",
                        len(part),
                        partial(_issue, issuer, part, count, offset, people, period, batch),
                    )
                )
            offset += count
        return chunks

    def withdraw(self, period: str) -> int:
        """Take back the cards that a replay of the period issued."""
        return withdraw_batch(by=REPLAYER, batch=f"replay:{period}")


def _issue(issuer: int, part: range, count: int, offset: int, people: _People, period: Period, batch: str) -> int:
    zone = timezone.get_default_timezone()
    chosen = [people.at(offset + index) for index in part]
    patients = iter(
        mpi.find_or_register_many(
            by=REPLAYER, people=[person for pair in chosen for person in pair], names_must_agree=False
        )
    )
    cards = []
    for index, (person, _guardian) in zip(part, chosen, strict=True):
        patient, guardian = next(patients), next(patients)
        moment = replaying.moment(index, count, period.first, period.last, zone)
        cards.append(_card(person, patient, guardian, moment.date(), NewCard(patient, at=moment)))
    issue_many(by=REPLAYER, issuer=issuer, cards=cards, place="counter", batch=batch)
    return len(cards)


def _card(person: mpi.NewPatient, patient: UUID, guardian: UUID, day: date, card: NewCard) -> NewCard:
    if person.birth_date is not None and age_on(person.birth_date, day) < CHILD_UNTIL:
        return NewCard(patient, "child", guardian, card.at)
    return card


REPLAYS = [CardReplay()]
