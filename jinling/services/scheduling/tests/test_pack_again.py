"""Loading a city pack again: what it says otherwise reaches the rules that nobody touched, and no others."""

from __future__ import annotations

import shutil
from datetime import time
from pathlib import Path
from typing import Any

import pytest

from jinling.foundation.audit.models import Entry
from jinling.foundation.directory import public as directory
from jinling.foundation.directory.tests.packs import WRENPORT, swap
from jinling.kernel.actor import system
from jinling.services.scheduling.models import BookingPolicy, of_organization
from jinling.services.scheduling.testing import BY
from jinling.services.scheduling.usecases.policies import set_policy

pytestmark = pytest.mark.django_db
POL = "release_policies.yaml"
RULES = ("max_per_day", "hold_minutes", "max_active")


class City:
    """A city whose pack is loaded, changed and loaded again."""

    def __init__(self, folder: Path, settings: Any) -> None:
        self.folder, self.settings, self.loads = folder, settings, 0

    def load(self, *changes: tuple[str, str]) -> None:
        """Load the pack with these changes of its policies; each time from a folder of its own, for packs are kept."""
        self.loads += 1
        folder = self.folder.parent / str(self.loads) / "wrenport"
        self.folder = Path(shutil.copytree(self.folder, folder))
        for old, new in changes:
            swap(POL, old, new)(self.folder)
        self.settings.JINLING_CITY = str(self.folder)
        directory.load_pack(by=system("tests"))

    def rules(self, code: str | None) -> tuple[Any, ...]:
        """The rules of an institution, or of the city, that the tests here change."""
        organization = None if code is None else directory.get(code).pk
        row = BookingPolicy.objects.get(of_organization(organization))
        return tuple(getattr(row, name) for name in RULES)


@pytest.fixture
def city(tmp_path: Path, settings: Any, db: None) -> City:
    settings.TIME_ZONE = "Europe/Lisbon"
    found = City(Path(shutil.copytree(WRENPORT, tmp_path / "wrenport")), settings)
    found.load()
    return found


def test_what_staff_set_outlives_loads(city: City) -> None:
    set_policy(by=BY, organization=directory.get("H1").pk, max_per_day=7, hold_minutes=3)
    set_policy(by=BY, organization=None, max_active=9)
    city.load()
    city.load(("per_day: 2", "per_day: 5"))
    assert city.rules("H1") == (7, 3, 4)
    assert city.rules(None) == (5, 10, 9)


def test_what_the_pack_says_otherwise_reaches_rules_that_nobody_touched(city: City) -> None:
    set_policy(by=BY, organization=directory.get("H1").pk, hold_minutes=3)
    city.load(("per_day: 2", "per_day: 5"), ("hold_minutes: 10", "hold_minutes: 12"), ("06:00", "06:30"))
    assert (city.rules("H1"), city.rules("H2"), city.rules(None)) == ((5, 3, 4), (5, 12, 4), (5, 12, 4))
    assert BookingPolicy.objects.get(organization__isnull=True).release_clock == time(6, 30)


def test_rules_that_staff_set_before_the_pack_spoke_of_them_stay(city: City) -> None:
    set_policy(by=BY, organization=directory.get("C1").pk, max_per_day=7)
    city.load(("policies:", "policies:\n  - {organization: C1, hold_minutes: 4}"))
    assert city.rules("C1") == (7, 10, 4)
    city.load(("hold_minutes: 4", "hold_minutes: 5"))
    assert city.rules("C1") == (7, 10, 4)


def test_a_policy_is_of_whom_the_pack_means_whatever_staff_register(city: City) -> None:
    name = "North General Hospital East Wing"
    directory.register(by=BY, code="N1", name=name, name_en=name, kind="hospital", ownership="other")
    city.load(("policies:", "policies:\n  - {organization: General Hospital East Wing, hold_minutes: 4}"))
    assert city.rules("H3") == (2, 4, 4)


def test_a_load_that_changes_nothing_writes_nothing(city: City) -> None:
    written = Entry.objects.filter(action="scheduling.set_policy")
    before = written.count()
    city.load()
    assert written.count() == before
