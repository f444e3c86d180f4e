"""The demonstration: hospitals with numbers for two weeks, some of them taken, and nothing twice."""

from __future__ import annotations

import pytest
from django.core.management import call_command

from jinling.services.scheduling import demo
from jinling.services.scheduling.models import Appointment, Pool
from jinling.services.scheduling.queries.finding import today

pytestmark = pytest.mark.django_db


def test_the_first_hospital_has_patients_and_loading_again_adds_none():
    call_command("city", "load")
    assert demo.load(0.01, 7) > 1000
    taken = Appointment.objects.filter(date__gt=today(), status="booked")
    first = taken.count()
    assert first > demo.PATIENTS // 3
    assert len(set(taken.values_list("organization", flat=True))) == 1
    assert sum(Pool.objects.values_list("taken", flat=True)) == first
    demo.load(0.01, 7)
    assert taken.count() == first
