"""The invented citizens of replays: one population, so that every month and every context meets the same people."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from uuid import UUID

from jinling.foundation.mpi.rules.people import NewPatient
from jinling.foundation.mpi.synthetic import POPULATION_SEED, areas, people
from jinling.foundation.mpi.usecases.people import find_or_register_many
from jinling.kernel.actor import Actor

EVERYBODY = 10**9


class Population:
    """Invented citizens by their place, from 0: made when first asked for, registered when they first do something."""

    def __init__(self, by: Actor) -> None:
        self._by = by
        self._made: list[NewPatient] = []
        self._known: dict[int, UUID] = {}
        self._source: Iterator[NewPatient] | None = None

    def person(self, place: int) -> NewPatient:
        """Who stands at a place."""
        if self._source is None:
            self._source = people(EVERYBODY, POPULATION_SEED, areas())
        while len(self._made) <= place:
            self._made.append(next(self._source))
        return self._made[place]

    def patients(self, places: Sequence[int]) -> list[UUID]:
        """Ids of those who stand at these places, registered where they are new."""
        new = [place for place in dict.fromkeys(places) if place not in self._known]
        ids = find_or_register_many(by=self._by, people=[self.person(place) for place in new], names_must_agree=False)
        self._known.update(zip(new, ids, strict=True))
        return [self._known[place] for place in places]
