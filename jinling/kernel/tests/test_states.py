"""Tables of states, ages, amounts: the small things that every context shares."""

from __future__ import annotations

from datetime import date
from decimal import Decimal

import pytest

from jinling.kernel.actor import Actor
from jinling.kernel.ages import age_on
from jinling.kernel.money import major, minor
from jinling.kernel.outcomes import Conflict
from jinling.kernel.states import States


class DoorStuck(Conflict):
    code = "door_stuck"
    text = "A door that is %(state)s cannot %(step)s."


DOOR = States(
    {"open": {"shut": "open"}, "shut": {"open": "shut"}, "lock": {"shut": "locked"}, "wall": {"locked": "walled"}},
    DoorStuck,
)


def test_a_step_leads_where_the_table_says_and_nowhere_else() -> None:
    assert DOOR.after("shut", "lock") == "locked" and DOOR.allows("shut", "lock")
    with pytest.raises(DoorStuck, match="A door that is open cannot lock") as refused:
        DOOR.after("open", "lock", where="door 3")
    assert refused.value.where == "door 3" and not DOOR.allows("open", "lock")


def test_what_is_done_already_is_told_apart_from_what_cannot_be_done() -> None:
    assert DOOR.taken("locked", "lock") and not DOOR.taken("walled", "lock")


def test_the_table_knows_its_states() -> None:
    assert DOOR.all() == ("shut", "open", "locked", "walled")
    assert DOOR.final() == ("walled",)
    assert DOOR.from_state("shut") == ("open", "lock") and DOOR.before("wall") == ("locked",)


@pytest.mark.parametrize(
    ("born", "day", "age"),
    [
        (date(2000, 5, 16), date(2018, 5, 15), 17),
        (date(2000, 5, 15), date(2018, 5, 15), 18),
        (date(2004, 2, 29), date(2018, 2, 28), 13),
        (date(2004, 2, 29), date(2018, 3, 1), 14),
    ],
)
def test_a_year_is_full_on_the_birthday(born: date, day: date, age: int) -> None:
    assert age_on(born, day) == age


def test_amounts_are_exact() -> None:
    assert minor(Decimal("9174805.50"), digits=2) == 917480550 and major(917480550, digits=2) == Decimal("9174805.50")
    assert minor(Decimal("12"), digits=2) == 1200 and minor(Decimal("500"), digits=0) == 500
    with pytest.raises(ValueError, match="more than 2 decimals"):
        minor(Decimal("0.005"), digits=2)


def test_an_actor_is_kept_as_kind_and_id() -> None:
    assert Actor(kind="client", id="partner-1", role="partner").ref == "client/partner-1"
