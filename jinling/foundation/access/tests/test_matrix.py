"""Every address × role × relation is declared, decided as declared, and really guarded so."""

from __future__ import annotations

import re
from functools import lru_cache
from pathlib import Path
from types import SimpleNamespace
from uuid import uuid4

import pytest
from django.contrib.auth.models import AnonymousUser
from django.core.exceptions import PermissionDenied
from django.http import HttpResponse
from django.test import RequestFactory

from jinling.foundation.access import guards, public as access, routes as access_routes
from jinling.foundation.access.queries import relations, roles
from jinling.foundation.access.routes import is_declared
from jinling.foundation.access.rules.refusals import PermissionMissing
from jinling.foundation.access.rules.roles import LEVELS, PURPOSES
from jinling.foundation.access.usecases import citizens as access_citizens
from jinling.kernel.actor import Actor, system

PASSWORD = "plum-blossom-hill-7"
CHECKOUT = Path(__file__).resolve().parents[4]
SAMPLES = {"int": "1", "str": "x", "slug": "x", "path": "x", "": "x"}
PEOPLE = [role for role in roles().values() if role.kind in ("staff", "citizen")]
PROGRAMS = [role for role in roles().values() if role.kind in ("client", "device")]


@lru_cache(maxsize=1)
def everything():
    """All addresses once."""
    return access_routes.routes()


def address(route):
    """An address of the pattern, with made-up values in the place of its parameters."""

    def sample(found):
        kind = found.group(1) or ""
        return str(uuid4()) if kind.startswith("uuid") else SAMPLES.get(kind.rstrip(":"), "x")

    return re.sub(r"<(\w+:)?\w+>", sample, route.pattern)


def test_every_address_declares_who_may_use_it():
    undeclared = [f"{route.method} {route.pattern} ({route.name})" for route in everything() if route.declared is None]
    assert undeclared == [], "say permission_required(...) or open_to_all next to these"


def test_every_declaration_uses_known_words():
    for route in everything():
        declared = route.declared
        assert not declared.permission or declared.permission in access.permissions(), route
        assert set(declared.relations) <= set(relations()) and declared.level in LEVELS, route
        assert not declared.purpose or declared.purpose in PURPOSES, route


def test_every_cell_is_decided_and_no_address_is_for_nobody():
    decided = {}
    for cell in access.cells():
        decided[(cell.route, cell.role, cell.relation)] = cell.allowed
    assert len(decided) == len(everything()) * len(roles()) * len(relations())
    for route in everything():
        users = {role for (found, role, _relation), allowed in decided.items() if found == route and allowed}
        assert users - {"system"}, f"{route.pattern}: no role may ever use it"


def test_no_role_may_use_everything():
    guarded = [route for route in everything() if route.declared.permission]
    for role in (*PEOPLE, *PROGRAMS):
        usable = {cell.route for cell in access.cells() if cell.role == role.code and cell.allowed}
        assert not usable >= set(guarded), role.code


def test_administrators_share_no_address_that_changes_anything():
    own = {
        role: {
            route
            for route in everything()
            if route.declared.permission not in ("", "access.account")
            and route.declared.permission in access.grants()[role]
        }
        for role in ("system_admin", "security_admin", "audit_admin")
    }
    assert not own["system_admin"] & own["security_admin"]
    assert not own["security_admin"] & own["audit_admin"]
    assert not own["system_admin"] & own["audit_admin"]


@pytest.fixture
def stopped_at_the_door(monkeypatch):
    """Whoever is let in gets 299 from the guard; the page behind is not run."""
    real = guards.admit

    def admit(request, declared):
        answer = real(request, declared)
        return HttpResponse(status=299) if answer is None else answer

    monkeypatch.setattr(guards, "admit", admit)
    monkeypatch.setattr(guards, "is_fresh", lambda request: True)


@pytest.mark.django_db
def test_every_page_is_guarded_as_its_cell_says(client, stopped_at_the_door):
    pages = [
        route
        for route in everything()
        if route.method == "PAGE" and route.declared.permission not in ("", "access.account")
    ]
    assert pages
    allowed = {(cell.route, cell.role) for cell in access.cells() if cell.allowed}
    wrong = []
    for route in pages:
        answer = _visit(client, route)
        if not (answer.status_code == 302 and ("/sign-in/" in answer["Location"] or "/login/" in answer["Location"])):
            wrong.append((route.pattern, "anonymous", answer.status_code))
    for role in PEOPLE:
        client.force_login(_account(role), backend="django.contrib.auth.backends.ModelBackend")
        for route in pages:
            status = _visit(client, route).status_code
            if status != (299 if (route, role.code) in allowed else 403):
                wrong.append((route.pattern, role.code, status))
    assert wrong == []


def _visit(client, route):
    answer = client.get(address(route))
    return client.post(address(route)) if answer.status_code == 405 else answer


def _account(role):
    if role.kind == "citizen":
        return access_citizens.open_account(by=system("t"), mobile="13912345678")
    return access.add_account(by=system("t"), username=role.code, password=PASSWORD, roles=[role.code])


@pytest.mark.django_db
def test_every_endpoint_is_guarded_as_its_cell_says():
    endpoints = [route for route in everything() if route.method != "PAGE" and route.declared.permission]
    allowed = {(cell.route, cell.role) for cell in access.cells() if cell.allowed}
    wrong = []
    for route in endpoints:
        if not route.needs_key:
            wrong.append((route.pattern, "asks for no key"))
        for role in PROGRAMS:
            actor = Actor(kind="client", id=role.code, role=role.code, purpose=role.purposes[0])
            request = SimpleNamespace(actor=actor, permissions=access.grants()[role.code])
            try:
                guards.admit(request, route.declared)
                comes_in = True
            except PermissionMissing:
                comes_in = False
            if comes_in != ((route, role.code) in allowed):
                wrong.append((route.pattern, role.code, comes_in))
    assert wrong == []


@pytest.mark.django_db
def test_endpoints_answer_no_key_with_401(client):
    for route in everything():
        if route.needs_key:
            for method in route.method.split(","):
                method = "GET" if method == "ANY" else method
                answer = client.generic(method, address(route), b"{}", content_type="application/json")
                assert answer.status_code == 401, (method, route.pattern)
                assert answer["Content-Type"].partition(";")[0] in ("application/problem+json", "application/fhir+json")


def test_a_page_without_a_declaration_is_closed(rf):
    from jinling.foundation.access.middleware import AccessMiddleware

    def forgotten(request):
        return HttpResponse("secret")

    assert not is_declared(forgotten, "forgotten")
    request = rf.get("/forgotten/")
    request.resolver_match = SimpleNamespace(view_name="forgotten")
    with pytest.raises(PermissionDenied):
        AccessMiddleware(forgotten).process_view(request, forgotten, (), {})

    @access.open_to_all
    def remembered(request):
        return HttpResponse("open")

    assert AccessMiddleware(forgotten).process_view(request, remembered, (), {}) is None


def test_a_stranger_reaches_no_view_behind_the_guard():
    seen = []

    @access.permission_required("access.accounts")
    def view(request):
        seen.append(request)

    request = RequestFactory().get("/x/")
    request.user, request.htmx = AnonymousUser(), False
    assert view(request).status_code == 302 and seen == []


def test_the_page_of_the_documentation_is_the_code_s_own():
    page = CHECKOUT / "docs" / "reference" / "permissions.md"
    assert page.read_text(encoding="utf-8") == access.markdown(), (
        "run: jinling permissions -o docs/reference/permissions.md"
    )
