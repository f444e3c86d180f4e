"""Refusals, actors, ids and sockets: what every context codes against."""

from __future__ import annotations

import time
from uuid import UUID

import pytest

from jinling.kernel.actor import Actor, system
from jinling.kernel.contexts import contexts
from jinling.kernel.ids import new_id
from jinling.kernel.outcomes import Conflict, Denied, Invalid, NotFound, Refused
from jinling.kernel.sockets import SOCKETS, gather


class SessionFull(Refused):
    code = "session_full"
    status = 409
    text = "Session %(session)s is full."
    mend = "Take session %(other)s."


def test_a_refusal_says_what_where_and_how_to_mend() -> None:
    refused = SessionFull(where="row 3", session=12, other=13)
    assert str(refused) == refused.message() == "Session 12 is full."
    assert refused.mend_message() == "Take session 13."
    assert (refused.where, refused.fields) == ("row 3", {"session": 12, "other": 13})


def test_a_refusal_may_carry_its_own_advice() -> None:
    assert SessionFull(mend="Ask the desk.", session=1, other=2).mend_message() == "Ask the desk."
    assert SessionFull.mend == "Take session %(other)s."
    assert Refused().mend_message() == ""


def test_kinds_of_refusal_have_their_status() -> None:
    assert [kind.status for kind in (NotFound, Denied, Invalid, Conflict)] == [404, 403, 422, 409]


def test_ids_sort_by_time_and_are_version_7() -> None:
    first = new_id()
    time.sleep(0.002)
    second = new_id()
    assert first < second
    assert isinstance(first, UUID) and first.version == 7 and first.variant == "specified in RFC 4122"
    assert len({new_id() for _ in range(10_000)}) == 10_000


def test_an_actor_may_act_for_another_purpose() -> None:
    actor = Actor(kind="account", id="a", role="clinician", purpose="TREAT")
    assert actor.acting_for("ETREAT").purpose == "ETREAT"
    assert actor.purpose == "TREAT"
    assert (system("replay").kind, system("replay").role) == ("system", "system")


def test_contexts_are_found_without_being_named() -> None:
    found = contexts()
    assert "jinling.foundation.audit" in found and "jinling.services.scheduling" in found
    assert "jinling.kernel" not in found and "jinling.cities" not in found
    assert found.index("jinling.foundation.audit") < found.index("jinling.services.scheduling")


@pytest.mark.django_db
def test_every_socket_can_be_gathered() -> None:
    for socket in SOCKETS:
        for context, module in gather(socket):
            assert module.__name__ == f"{context}.{socket}"


def test_a_socket_that_is_not_declared_is_not_gathered() -> None:
    with pytest.raises(KeyError):
        list(gather("utilities"))
