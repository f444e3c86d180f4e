"""Two who give the same name at the same moment: one has it, the other is refused."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from threading import Barrier

import pytest
from django.db import connection

from jinling.foundation.directory import public as directory, usecases as directory_usecases
from jinling.foundation.directory.tests.packs import WRENPORT
from jinling.kernel.actor import Actor, system

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.usefixtures("wrenport")]


def at_once(*acts: object) -> list[object]:
    """Run acts in threads that start together; what each returned or raised."""
    start = Barrier(len(acts))

    def run(act: object) -> object:
        start.wait()
        try:
            return act()
        except Exception as refused:
            return refused
        finally:
            connection.close()

    with ThreadPoolExecutor(len(acts)) as pool:
        return list(pool.map(run, acts))


def test_one_name_goes_to_one_institution(clerk: Actor) -> None:
    directory.load_pack(WRENPORT, by=clerk)
    owners = ["H1", "H2", "H3", "C1"]
    answers = at_once(
        *(lambda code=code: directory_usecases.alias(by=clerk, code=code, name="The Infirmary") for code in owners)
    )
    kinds = sorted(type(answer).__name__ for answer in answers)
    assert kinds == ["NameTaken", "NameTaken", "NameTaken", "OrganizationAlias"]
    assert directory.resolve("The Infirmary").code in owners


def test_loading_twice_at_once_is_loading_once() -> None:
    answers = at_once(*[lambda: directory.load_pack(WRENPORT, by=system("test"))] * 3)
    assert len({repr(answer) for answer in answers}) == 1
    assert directory.organizations().count() == 4


def test_two_reports_of_practitioners_do_not_lock_each_other_out(clerk: Actor) -> None:
    directory.load_pack(WRENPORT, by=clerk)
    entries = [directory.PractitionerEntry("H1", str(n), f"Doctor {n}") for n in range(200)]
    answers = at_once(
        lambda: directory.register_practitioners(by=clerk, practitioners=entries),
        lambda: directory.register_practitioners(by=clerk, practitioners=reversed(entries)),
    )
    assert [row.code for row in answers[0]] == [e.code for e in entries]
    assert [row.code for row in answers[1]] == [e.code for e in reversed(entries)]
    assert directory.practitioners(organization="H1").count() == 200
