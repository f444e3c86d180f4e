"""System, security and audit administrator are three people, whichever way roles are given; nobody is above them."""

from __future__ import annotations

from itertools import permutations

import pytest
from hypothesis import HealthCheck, given, settings, strategies as st

from jinling.config import cli
from jinling.foundation.access import public as access, routes as access_routes
from jinling.foundation.access.models import Account, Assignment
from jinling.foundation.access.queries import permissions_of, roles
from jinling.foundation.access.rules import refusals as access_refusals
from jinling.foundation.access.rules.roles import SEPARATED, clash
from jinling.kernel.actor import Actor, system
from jinling.kernel.outcomes import Refused

BY = system("t")
PASSWORD = "plum-blossom-hill-7"
STAFF = sorted(role.code for role in roles().values() if role.kind == "staff")


@given(st.lists(st.sampled_from(STAFF), max_size=12))
def test_no_order_of_giving_brings_two_of_them_together(wanted):
    held: frozenset[str] = frozenset()
    for role in wanted:
        if not clash(held, role):
            held |= {role}
    assert len(held & SEPARATED) <= 1
    assert set(wanted) & SEPARATED == set() or held & SEPARATED  # the first of them was given


@pytest.mark.django_db
@settings(deadline=None, max_examples=25, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(steps=st.lists(st.tuples(st.sampled_from(STAFF), st.booleans(), st.sampled_from(["", "320106"])), max_size=8))
def test_neither_the_verb_nor_two_administrators_together_give_two_of_them(db, steps):
    made = access.add_account(by=BY, username=f"a{Account.objects.count()}", password=PASSWORD, roles=[])
    asker, decider = (Actor(kind="account", id=f"s{n}", role="security_admin") for n in range(2))
    for role, by_two, scope in steps:
        try:
            if by_two:
                change = access.ask_role_change(by=asker, account=made, role=role, give=True, scope=scope)
                access.decide_role_change(by=decider, change=change.pk, agreed=True)
            else:
                access.give_role(by=BY, account=made, role=role, scope=scope)
        except Refused:
            pass
        held = set(Assignment.objects.filter(account=made).values_list("role", flat=True))
        assert len(held & SEPARATED) <= 1


@pytest.mark.django_db
@pytest.mark.parametrize(("first", "second"), list(permutations(sorted(SEPARATED), 2)))
def test_a_change_that_waited_is_refused_when_the_other_role_was_given_meanwhile(first, second):
    made = access.add_account(by=BY, username="li", password=PASSWORD, roles=[])
    asker, decider = (Actor(kind="account", id=f"s{n}", role="security_admin") for n in range(2))
    change = access.ask_role_change(by=asker, account=made, role=second, give=True)
    access.give_role(by=BY, account=made, role=first)
    with pytest.raises(access_refusals.RolesClash):
        access.decide_role_change(by=decider, change=change.pk, agreed=True)
    assert [held.role for held in access.held_by(access.account_named("li"))] == [first]


def test_no_role_holds_what_two_of_them_hold():
    own = {role: access.grants()[role] - {"access.account"} for role in SEPARATED}
    for role in roles():
        if role != "system":
            assert sum(bool(access.grants()[role] & held) for held in own.values()) <= 1, role


def test_there_is_no_superuser_and_no_door_for_one():
    names = {field.name for field in Account._meta.get_fields()}
    assert not names & {"is_superuser", "is_staff", "user_permissions", "groups"}
    assert "createsuperuser" not in cli.commands() and "changepassword" not in cli.commands()
    assert not any("admin" in route.pattern and route.name.startswith("admin:") for route in access_routes.routes())
    assert roles()["system"].kind != "staff"


@pytest.mark.django_db
def test_nobody_is_given_the_platforms_own_role():
    with pytest.raises(access_refusals.RoleUnknown):
        access.add_account(by=BY, username="li", password=PASSWORD, roles=["system"])
    with pytest.raises(access_refusals.RoleUnknown):
        access.add_client(by=BY, code="c", name="c", role="system")
    assert not Account.objects.exists()


@pytest.mark.django_db
def test_a_role_that_no_context_declares_any_more_can_be_taken_away_and_not_given():
    account = access.add_account(by=BY, username="w", password=PASSWORD, roles=["regulator"])
    Assignment.objects.create(account=account, role="mch_worker", granted_by="t")
    first, second = (Actor(kind="account", id=key, role="security_admin") for key in ("a", "b"))
    assert permissions_of(Account.objects.get(pk=account.pk)) == access.grants()["regulator"]
    with pytest.raises(access_refusals.RoleUnknown):
        access.ask_role_change(by=first, account=account, role="mch_worker", give=True)
    with pytest.raises(access_refusals.RoleUnknown):
        access.ask_role_change(by=first, account=account, role="never_held", give=False)
    change = access.ask_role_change(by=first, account=account, role="mch_worker", give=False)
    access.decide_role_change(by=second, change=change.pk, agreed=True)
    assert list(account.assignments.values_list("role", flat=True)) == ["regulator"]
