"""Two at once: a code opens once, a person gets one card, a file is one batch."""

from __future__ import annotations

import threading
from collections.abc import Callable
from datetime import date

import pytest
from django.db import connection

from jinling.foundation.directory import public as directory
from jinling.foundation.mpi import public as mpi
from jinling.kernel.actor import system
from jinling.kernel.outcomes import Refused
from jinling.services.cards import public as cards, values as cards_values
from jinling.services.cards.models import Batch, Card
from jinling.services.cards.rules import codes as cards_codes_rules, life as cards_life_rules
from jinling.services.cards.tests.test_batches import book, number
from jinling.services.cards.usecases.batches import issue_from_sheet

pytestmark = pytest.mark.django_db(transaction=True)
BY = system("test")


def at_once(call: Callable[[], object], times: int) -> list[object]:
    """What each call gave, a refusal being given too; all start together."""
    results: list[object] = [None] * times
    start = threading.Barrier(times)

    def work(place: int) -> None:
        try:
            start.wait()
            results[place] = call()
        except Refused as refused:
            results[place] = refused
        finally:
            connection.close()

    threads = [threading.Thread(target=work, args=(place,)) for place in range(times)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return results


@pytest.fixture
def issuer() -> int:
    return directory.register(
        by=BY, code="CO", name="Card office", name_en="Card office", kind="hospital", ownership="municipal"
    ).pk


@pytest.fixture
def person():
    return mpi.register(by=BY, person=mpi.NewPatient(name="欧阳修远", birth_date=date(1980, 1, 1)))


def test_a_code_opens_once(issuer, person):
    card = cards.issue(by=BY, issuer=issuer, card=cards.NewCard(person))
    text, _code = cards.present(by=BY, card=card)
    results = at_once(lambda: cards.scan(by=BY, text=text), 8)
    assert sum(isinstance(result, cards_values.ReadCard) for result in results) == 1
    assert sum(isinstance(result, cards_codes_rules.CodeUsed) for result in results) == 7


def test_a_person_gets_one_card(issuer, person):
    results = at_once(lambda: cards.issue(by=BY, issuer=issuer, card=cards.NewCard(person)), 6)
    assert sum(isinstance(result, cards_life_rules.HoldsOne) for result in results) == 5
    assert Card.objects.count() == 1


def test_a_card_is_replaced_once(issuer, person):
    card = cards.issue(by=BY, issuer=issuer, card=cards.NewCard(person))
    results = at_once(lambda: cards.replace(by=BY, card=card), 5)
    assert sum(isinstance(result, cards_life_rules.StepRefused) for result in results) == 4
    assert Card.objects.filter(state="active").count() == 1


def test_a_file_is_one_batch(issuer):
    content = book(["欧阳修远", number()])
    results = at_once(lambda: issue_from_sheet(by=BY, issuer=issuer, content=content, file_name="x.xlsx"), 4)
    assert len(set(results)) == 1
    assert (Batch.objects.count(), Card.objects.count()) == (1, 1)
