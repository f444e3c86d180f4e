"""A session's life against a plain model: whatever is asked in whatever order, the counts agree."""

from __future__ import annotations

from uuid import UUID

import pytest
from django.db.models import Sum
from hypothesis import HealthCheck, settings, strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, rule, run_state_machine_as_test

from jinling.kernel.outcomes import Refused
from jinling.services.scheduling import public as scheduling, values as scheduling_values
from jinling.services.scheduling.models import Appointment, Pool, Session
from jinling.services.scheduling.queries.policies import forget
from jinling.services.scheduling.rules.life import FREED
from jinling.services.scheduling.testing import BY, CLIENT, a_hospital, a_session, some_patients
from jinling.services.scheduling.usecases.policies import set_policy

pytestmark = pytest.mark.django_db


class SessionLife(RuleBasedStateMachine):
    """The model knows who holds which number and how many there are."""

    @initialize()
    def begin(self) -> None:
        self.hospital = a_hospital()
        # Examples share their people: only this session counts.
        set_policy(by=BY, organization=self.hospital.id, max_per_day=0, max_per_department_day=0, max_active=0)
        forget()
        self.session = a_session(self.hospital, capacity=4)
        self.people = some_patients(7)
        self.capacity = 4
        self.closed = False
        self.held: dict[UUID, tuple[UUID, int]] = {}

    @rule(who=st.lists(st.integers(0, 6), min_size=1, max_size=5, unique=True), hold=st.booleans())
    def book(self, who: list[int], hold: bool) -> None:
        requests = [
            scheduling.BookingRequest(session=self.session, patient=self.people[n], route="app", hold=hold) for n in who
        ]
        outcomes = scheduling.book_many(by=CLIENT, requests=requests)
        for n, outcome in zip(who, outcomes, strict=True):
            patient = self.people[n]
            may = not self.closed and patient not in self.held and len(self.held) < self.capacity
            assert isinstance(outcome, scheduling_values.Taken) == may
            if isinstance(outcome, scheduling_values.Taken):
                assert outcome.number == min(set(range(1, self.capacity + 1)) - {x for _id, x in self.held.values()})
                self.held[patient] = (outcome.id, outcome.number)

    @rule(n=st.integers(0, 6))
    def cancel(self, n: int) -> None:
        held = self.held.pop(self.people[n], None)
        if held is not None:
            scheduling.cancel(by=BY, appointment=held[0], override=True)

    @rule(capacity=st.integers(1, 6))
    def resize(self, capacity: int) -> None:
        highest = max((number for _id, number in self.held.values()), default=0)
        may = not self.closed and capacity >= highest
        try:
            scheduling.set_capacity(by=BY, session=self.session, capacity=capacity)
        except Refused:
            assert not may
        else:
            assert may
            self.capacity = capacity

    @rule(sure=st.integers(0, 9))
    def close(self, sure: int) -> None:
        if sure == 0 and not self.closed:
            assert scheduling.close_session(by=BY, session=self.session, reason="x") == len(self.held)
            self.closed, self.held = True, {}

    @invariant()
    def the_database_agrees(self) -> None:
        if not hasattr(self, "held"):
            return
        live = Appointment.objects.filter(session_id=self.session).exclude(status__in=FREED)
        assert dict(live.values_list("patient_id", "number")) == {p: n for p, (_id, n) in self.held.items()}
        pools = Pool.objects.filter(session_id=self.session).aggregate(Sum("size"), Sum("taken"))
        assert pools == {"size__sum": self.capacity, "taken__sum": len(self.held)}
        row = Session.objects.get(pk=self.session)
        free = set(range(1, self.capacity + 1)) - {n for _id, n in self.held.values()}
        assert row.low_free <= min(free, default=self.capacity + 1)


def test_every_order_of_acts_keeps_the_counts() -> None:
    run_state_machine_as_test(
        SessionLife,
        settings=settings(
            max_examples=40, stateful_step_count=15, deadline=None, suppress_health_check=list(HealthCheck)
        ),
    )
