"""The demo hospital's files: some good, one to repair, one refused; loaded once."""

from __future__ import annotations

import pytest

from jinling.data.collection import demo
from jinling.data.collection.models import Participation, Rejection, State, Submission
from jinling.data.collection.testing import an_institution

pytestmark = pytest.mark.django_db


def test_the_demo_hospital_has_work_to_do():
    hospital = an_institution()
    stored = demo.load(scale=0.01, seed=1)
    assert stored == (2 * demo.DAYS + 1) * demo.ROWS - len(demo.BROKEN)
    assert Rejection.objects.get().open_rows == len(demo.BROKEN)
    assert Submission.objects.filter(state=State.REFUSED).count() == 1
    assert set(Submission.objects.values_list("organization", flat=True)) == {hospital.pk}
    assert Participation.objects.get().way == "declared"
    assert demo.load(scale=0.01, seed=1) == 0
    assert Submission.objects.count() == 2 * demo.DAYS + 2


def test_a_city_without_a_hospital_gets_none():
    an_institution("community_health_centre")
    assert demo.load(scale=0.01, seed=1) == 0
    assert not Submission.objects.exists()
