"""The same request again gets its first answer again."""

from __future__ import annotations

import threading
from datetime import timedelta
from typing import Any

import pytest
from django.db import connection, transaction
from django.utils import timezone

from jinling.foundation.idempotency import jobs
from jinling.foundation.idempotency.faces import named, once_for
from jinling.foundation.idempotency.models import Answer
from jinling.foundation.idempotency.rules import KeyMissing, KeyReused, StillRunning
from jinling.foundation.idempotency.usecases import KEPT_FOR, body_hash, once
from jinling.kernel.actor import system

BODY = {"session": 1, "patient": "p"}


class Work:
    """Counts how often it was done."""

    def __init__(self) -> None:
        self.done = 0

    def __call__(self) -> dict[str, int]:
        self.done += 1
        return {"number": self.done}


@pytest.fixture
def work() -> Work:
    return Work()


def ask(work: Any, *, client: str = "c", key: str = "k", body: Any = BODY) -> Any:
    return once(client=client, key=key, body=body, run=work)


@pytest.mark.django_db
def test_the_same_request_gets_its_first_answer(work: Work) -> None:
    assert ask(work) == ask(work) == {"number": 1}
    assert ask(work, body=dict(reversed(BODY.items()))) == {"number": 1}
    assert work.done == 1


@pytest.mark.django_db
def test_another_body_under_the_key_is_refused_and_nothing_done(work: Work) -> None:
    ask(work)
    with pytest.raises(KeyReused):
        ask(work, body={**BODY, "session": 2})
    assert work.done == 1 and Answer.objects.count() == 1


@pytest.mark.django_db
def test_keys_belong_to_their_client_and_no_key_means_no_memory(work: Work) -> None:
    assert [ask(work, client=name)["number"] for name in ("a", "b", "a")] == [1, 2, 1]
    assert [ask(work, key="")["number"] for _ in range(2)] == [3, 4]
    assert Answer.objects.count() == 2


@pytest.mark.parametrize("key", ["", " ", "\t  ", "\u3000"])
def test_blanks_name_no_request(work: Work, key: str) -> None:
    with pytest.raises(KeyMissing, match="not blank"):
        once_for(system("t"), key, BODY, work)
    assert work.done == 0 and named(" k") == " k"


@pytest.mark.django_db
def test_work_that_fails_leaves_no_answer(work: Work) -> None:
    def fails() -> None:
        raise RuntimeError

    with pytest.raises(RuntimeError):
        ask(fails)
    assert not Answer.objects.exists()
    assert ask(work) == {"number": 1}


@pytest.mark.django_db(transaction=True)
def test_while_the_first_runs_the_second_is_told_so(work: Work) -> None:
    running, finish, answers = threading.Event(), threading.Event(), []

    def slow() -> dict[str, int]:
        running.set()
        finish.wait(20)
        return work()

    def first() -> None:
        answers.append(ask(slow))
        connection.close()

    thread = threading.Thread(target=first)
    thread.start()
    assert running.wait(20)
    with pytest.raises(StillRunning):
        ask(work)
    finish.set()
    thread.join(20)
    assert answers == [{"number": 1}] == [ask(work)]
    assert work.done == 1


def claim(key: str, digest: bytes) -> tuple[str, Any]:
    with connection.cursor() as cursor:
        cursor.execute("SELECT state, kept FROM idempotency_claim('c', %s, %s)", [key, digest])
        state, kept = cursor.fetchone()
        return state, kept


@pytest.mark.django_db
def test_the_claim_in_sql_and_once_agree(work: Work) -> None:
    answer = ask(work)
    state, kept = claim("k", body_hash(BODY))
    assert (state, kept) in (("repeated", answer), ("repeated", '{"number": 1}'))
    assert claim("k", body_hash("other"))[0] == "reused"
    assert claim("new", body_hash(BODY)) == ("", None)
    with connection.cursor() as cursor:
        cursor.execute("SELECT idempotency_keep('c', 'new', %s, %s::jsonb, now())", [body_hash(BODY), '{"number": 7}'])
    assert ask(work, key="new") == {"number": 7}


@pytest.mark.django_db
def test_old_answers_are_forgotten_at_night_and_young_ones_kept(work: Work) -> None:
    ask(work, key="old")
    ask(work, key="young")
    now = timezone.now()
    Answer.objects.filter(key="old").update(at=now - KEPT_FOR - timedelta(minutes=1))
    jobs.JOBS[0].run(now)
    assert list(Answer.objects.values_list("key", flat=True)) == ["young"]


@pytest.mark.django_db
def test_an_answer_of_work_that_was_rolled_back_is_not_kept(work: Work) -> None:
    with pytest.raises(RuntimeError), transaction.atomic():
        ask(work)
        raise RuntimeError
    assert not Answer.objects.exists()
