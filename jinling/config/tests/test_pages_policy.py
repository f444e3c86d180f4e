"""Every page as its reader gets it: the content policy stands, and nothing in the page needs an exception from it."""

from __future__ import annotations

import re
from collections import deque
from html.parser import HTMLParser
from typing import Any
from urllib.parse import urljoin, urlsplit
from uuid import uuid4

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from jinling.foundation.access import public as access, routes as access_routes
from jinling.foundation.access.usecases import citizens as access_citizens
from jinling.foundation.mpi import public as mpi
from jinling.kernel.actor import system
from jinling.services.scheduling import public as scheduling
from jinling.services.scheduling.testing import CLIENT, a_hospital, a_session, some_patients

BY = system("t")
PASSWORD = "plum-blossom-hill-7"
PEOPLE = ["", *(role.code for role in access.roles().values() if role.kind in ("staff", "citizen"))]
MOST = 80  # pages looked at for each role
# Downloads and changes: not pages to look at.
LEFT_OUT = re.compile(r"/(logout|static|metrics|healthz|readyz|i18n|oidc)(/|$)|\.(csv|xlsx|json|pdf|docx)$|download")


class Inline(HTMLParser):
    """Collects what the policy would block, and where links lead."""

    def __init__(self) -> None:
        super().__init__()
        self.found: list[str] = []
        self.links: list[str] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        named = dict(attrs)
        if tag == "script" and "src" not in named and named.get("type") not in ("application/json", "speculationrules"):
            self.found.append("script")
        if tag == "style":
            self.found.append("style")
        for name, value in attrs:
            if name == "style" or name.startswith(("on", "hx-on")):
                self.found.append(f"{tag} {name}")
            if name in ("href", "src", "action", "formaction") and value:
                scheme = urlsplit(value).scheme
                if scheme in ("javascript", "vbscript") or (scheme in ("http", "https") and tag in ("script", "link")):
                    self.found.append(f"{tag} {name}={value}")
        if tag == "a" and named.get("href"):
            self.links.append(str(named["href"]))


def at_fault(answer: Any) -> list[str]:
    """What is wrong with one answer."""
    policy = answer.get("Content-Security-Policy", "")
    wrong = [] if "default-src 'self'" in policy else ["no policy"]
    wrong += [word for word in ("unsafe-inline", "unsafe-eval", "unsafe-hashes", "*") if word in policy]
    wrong += ["framed"] if "frame-ancestors 'none'" not in policy or answer.get("X-Frame-Options") != "DENY" else []
    wrong += [] if answer.get("X-Content-Type-Options") == "nosniff" else ["sniffed"]
    wrong += [] if answer.get("Referrer-Policy") == "same-origin" else ["referrer"]
    reader = Inline()
    reader.feed(answer.content.decode())
    return wrong + reader.found


def signed_in(role: str, client: Client) -> set[str]:
    """The client as somebody of that role, in a hospital where a citizen booked; gives what names the citizen."""
    hospital = a_hospital()
    session = a_session(hospital)
    [patient] = some_patients(1)
    mpi.update_mobile(by=BY, patient=patient, mobile="13912345678")
    citizen = access_citizens.open_account(by=BY, mobile="13912345678")
    mpi.relate(by=BY, account=str(citizen.pk), patient=patient, relation="self", verified=True)
    scheduling.book(by=CLIENT, request=scheduling.BookingRequest(session=session, patient=patient, route="app"))
    if role == "citizen":
        client.force_login(citizen, backend="django.contrib.auth.backends.ModelBackend")
    elif role:
        account = access.add_account(by=BY, username=role, password=PASSWORD, roles=[role], organization=hospital.code)
        client.force_login(account, backend="django.contrib.auth.backends.ModelBackend")
    clear = mpi.shown(by=BY, ids=[patient], masked=False)[patient]
    return {clear.name, clear.identifier, clear.mobile} - {""}


def unseen_reading(queries: list[dict[str, str]]) -> bool:
    """Whether sealed names or numbers were fetched and no audit entry was written along with it."""
    fetched = any(
        re.search(r"SELECT.*\b(name|value|mobile)_sealed\b.*FROM .?mpi_", query["sql"], re.S) for query in queries
    )
    return fetched and not any("audit_append" in query["sql"] for query in queries)


def addresses() -> list[str]:
    """Every page's address, made-up values in the place of parameters."""
    made_up = [
        re.sub(
            r"<(?:(\w+):)?\w+>",
            lambda found: str(uuid4()) if (found[1] or "").startswith("uuid") else "1",
            route.pattern,
        )
        for route in access_routes.routes()
        if route.method == "PAGE"
    ]
    return [address for address in made_up if not LEFT_OUT.search(address)]


@pytest.mark.django_db
@pytest.mark.parametrize("role", PEOPLE)
def test_no_page_of_a_role_has_script_or_style_inline_or_a_name_in_clear(role: str) -> None:
    client = Client(raise_request_exception=False, HTTP_ACCEPT="text/html")
    names = signed_in(role, client)
    waiting, seen, wrong, looked_at = deque(["/", *addresses()]), set(), {}, 0
    known = set(waiting)
    while waiting and looked_at < MOST + len(known):
        address = waiting.popleft()
        if address in seen:
            continue
        seen.add(address)
        with CaptureQueriesContext(connection) as asked:
            answer = client.get(address)
        if not answer.get("Content-Type", "").startswith("text/html") or answer.status_code in (301, 302):
            continue
        looked_at += 1
        faults, shown = at_fault(answer), answer.status_code < 400
        faults += ["names the citizen" for clear in names if clear in answer.content.decode()]
        faults += ["reads a person and leaves no entry"] if shown and unseen_reading(asked.captured_queries) else []
        if faults or answer.status_code >= 500:
            wrong[address] = (answer.status_code, faults)
        reader = Inline()
        reader.feed(answer.content.decode())
        found = (urlsplit(urljoin(f"http://testserver{address}", link)) for link in reader.links)
        for link in found:
            place = link.path + (f"?{link.query}" if link.query else "")
            if link.netloc == "testserver" and len(seen) < MOST and not LEFT_OUT.search(link.path):
                waiting.append(place)
    assert wrong == {}
    assert looked_at > 20 and len(names) == 3


@pytest.mark.django_db
def test_pages_of_refusal_and_of_failure_keep_the_policy(client: Client, monkeypatch: pytest.MonkeyPatch) -> None:
    from jinling.channels.portal import pages

    def fails(*_: Any, **__: Any) -> None:
        raise RuntimeError("planted")

    client.raise_request_exception = False
    assert at_fault(client.get("/nowhere/")) == []
    monkeypatch.setattr(pages, "show", fails)
    broken = client.get("/")
    assert broken.status_code == 500 and at_fault(broken) == [] and "planted" not in broken.content.decode()
    strict = Client(enforce_csrf_checks=True)
    refused = strict.post("/sign-in/", {"mobile": "13912345678"})
    assert refused.status_code == 403 and at_fault(refused) == []


@pytest.mark.django_db
def test_a_reading_without_its_entry_is_seen() -> None:
    from jinling.foundation.mpi.models import Patient

    [patient] = some_patients(1)
    with CaptureQueriesContext(connection) as asked:
        list(Patient.objects.filter(pk=patient))
    assert unseen_reading(asked.captured_queries)
    with CaptureQueriesContext(connection) as asked:
        mpi.shown(by=BY, ids=[patient])
    assert not unseen_reading(asked.captured_queries)


def test_the_reader_of_pages_sees_what_is_planted() -> None:
    planted = '<p style="x" onclick="y"></p><script>1</script><style></style><a href="javascript:1"></a><script src="https://x/y"></script>'
    reader = Inline()
    reader.feed(planted)
    assert reader.found == ["p style", "p onclick", "script", "style", "a href=javascript:1", "script src=https://x/y"]
