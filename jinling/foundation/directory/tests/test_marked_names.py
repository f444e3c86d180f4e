"""Names with marks on their letters are found however they are typed."""

from __future__ import annotations

from typing import Any

import pytest

from jinling.foundation.directory import public as directory
from jinling.foundation.directory.models import Organization
from jinling.foundation.directory.tests.packs import PUERTO_ALBA
from jinling.kernel.actor import Actor

pytestmark = pytest.mark.django_db


@pytest.fixture
def city(settings: Any, clerk: Actor) -> None:
    settings.JINLING_CITY, settings.TIME_ZONE = str(PUERTO_ALBA), "America/Santiago"
    directory.load_pack(by=clerk)


def found(text: str) -> list[str]:
    return [row.code for row in directory.search(text)]


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ("nino", "HNJ"),
        ("ni\u00f1o", "HNJ"),
        ("nin\u0303o jesus", "HNJ"),
        ("NI\u00d1O JES\u00daS", "HNJ"),
        ("nj", "HNJ"),
        ("penon", "CSP"),
        ("pe\u00f1\u00f3n", "CSP"),
        ("nuestra senora", "HNS"),
        ("se\u00f1ora del", "HNS"),
    ],
)
def test_a_name_is_found_with_its_marks_and_without(city: None, text: str, code: str) -> None:
    assert found(text) == [code]


def test_it_is_sorted_by_its_letters(city: None) -> None:
    assert Organization.objects.get(code="HNJ").pinyin == "hospital nino jesus"


def test_a_load_makes_anew_what_names_are_found_by_also_of_those_that_staff_registered(
    city: None, clerk: Actor
) -> None:
    name = "Cl\u00ednica Ib\u00e1\u00f1ez"
    directory.register(by=clerk, code="CIB", name=name, name_en=name, kind="hospital", ownership="other")
    Organization.objects.update(search=" cl nica ib ez ", pinyin="cl nica ib ez")
    assert found("ibanez") == []
    directory.load_pack(by=clerk)
    assert (found("ibanez"), found("nino")) == (["CIB"], ["HNJ"])
