"""A city pack is all that a city needs: two invented cities from an empty home to what their citizens and staff see.

Nothing is put in for the test: the commands, servers, jobs and pages are those that every city runs.
"""

from __future__ import annotations

import csv
import json
import random
import re
import subprocess
import sys
import urllib.error
import urllib.request
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

from jinling.foundation.directory import public as directory
from jinling.foundation.directory.tests.packs import PUERTO_ALBA, WRENPORT
from jinling.kernel.countries import Country, country_of
from jinling.kernel.identifiers import mask
from tests.browser.conftest import FLAGS, chromium
from tests.journeys.test_run import Platform, eventually

pytestmark = pytest.mark.browser


@dataclass(frozen=True)
class City:
    """An invented city: what is asked of it, and what it must say."""

    pack: Path
    months: tuple[str, ...]
    says: tuple[str, ...]
    tables: tuple[str, ...]
    hospital: str
    hotline: str
    document: str
    number: str
    masked: str
    wrong: str
    mobile: str


CITIES = {
    "wrenport": City(
        pack=WRENPORT,
        months=("2021-03", "2021-05", "2021-04"),
        says=("Wrenport monthly bulletin", "Telephone", "To date: 1,019"),
        tables=("booking_by_hospital",),
        hospital="H1",
        hotline="",
        document="Register number",
        number="r-1234-5678",
        masked="R1*****78",
        wrong="R1234567",
        mobile="07 7123 4567",
    ),
    "puertoalba": City(
        pack=PUERTO_ALBA,
        months=("2023-08", "2023-09", "2023-10"),
        says=("Puerto Alba health bulletin", "How long before one may book", "Since the opening: 38"),
        tables=("tarjetas", "citas_por_centro", "citas_por_via", "plazos"),
        hospital="HNJ",
        hotline="600 360 700",
        document="Identity document",
        number="12.345.678-z",
        masked="12*****8Z",
        wrong="12.345.678-A",
        mobile="+999 612 345 678",
    ),
}
# What the platform prints of its demonstration's accounts: role, and password or mobile number.
LOGIN = re.compile(r"^  (\w+) +(?:demo-\S+ +)?((?:\w{4}-){2}\w{4}|\d{9,11})\b", re.MULTILINE)
# Many commands in one process: what a command costs is mostly its start.
TOGETHER = """
import contextlib, io, json, sys
from jinling.config import cli
said = []
for arguments in json.loads(sys.stdin.read()):
    out, code = io.StringIO(), 0
    sys.argv = ["jinling", *arguments]
    with contextlib.redirect_stdout(out):
        try:
            cli.main()
        except SystemExit as stop:
            code = stop.code
    said.append([code or 0, out.getvalue()])
print(json.dumps(said))
"""


@dataclass
class Running:
    """A city whose platform serves."""

    city: City
    country: Country
    platform: Platform
    key: str
    logins: dict[str, str]
    printed: dict[str, str]

    def read(self, path: str, body: Any = None) -> Any:
        """The JSON answer to a program with a key."""
        request = urllib.request.Request(
            self.platform.url + path,
            data=None if body is None else json.dumps(body).encode(),
            headers={"Authorization": f"Bearer {self.key}", "Content-Type": "application/json",
                     "Idempotency-Key": f"journey-{path}"},
        )  # fmt: skip
        try:
            with urllib.request.urlopen(request, timeout=20) as answer:
                return json.loads(answer.read())
        except urllib.error.HTTPError as refused:
            return {"status": refused.code, **json.loads(refused.read())}

    def notices(self, mobile: str) -> list[str]:
        """Texts that were sent to a mobile."""
        lines = [line for file in (self.platform.home / "messages").glob("*.jsonl") for line in file.open("rb")]
        return [one["text"] for one in map(json.loads, lines) if one["to"] == mobile]


@pytest.fixture(scope="module")
def cities(tmp_path_factory: pytest.TempPathFactory) -> Iterator[dict[str, Running]]:
    """Both cities, made side by side: the pack checked and loaded, three months replayed, the bulletin printed in every
    format; then they serve with the demo."""
    folders = {name: tmp_path_factory.mktemp(name) for name in CITIES}
    for folder in folders.values():
        for parent in [folder, *folder.parents][:4]:
            parent.chmod(parent.stat().st_mode | 0o011)
    platforms = {
        name: Platform(folders[name] / "var", "--demo", "--workers", "1", port=18420 + 10 * place,
                       JINLING_CITY=str(city.pack), JINLING_MESSAGING="file")
        for place, (name, city) in enumerate(CITIES.items())
    }  # fmt: skip
    try:
        with ThreadPoolExecutor() as workers:
            made = workers.map(lambda name: _running(CITIES[name], platforms[name]), CITIES)
            yield dict(zip(CITIES, made, strict=True))
    finally:
        served = [one for one in platforms.values() if one.process is not None and one.process.poll() is None]
        assert [one.stop() for one in served] == [0] * len(served)


@pytest.fixture(params=list(CITIES))
def running(request: pytest.FixtureRequest, cities: dict[str, Running]) -> Running:
    """One of the cities."""
    return cities[request.param]


def _running(city: City, platform: Platform) -> Running:
    printed = _commands(platform, city)
    platform.start()
    eventually(lambda: "citizen" in _out(platform) or platform.process.poll() is not None, within=120)
    logins = dict(LOGIN.findall(_out(platform)))
    assert "citizen" in logins, _out(platform)
    return Running(city, _country(city), platform, json.loads(printed["client"])["key"], logins, printed)


def _out(platform: Platform) -> str:
    return (platform.home.parent / f"{platform.home.name}.out").read_text()


def _country(city: City) -> Country:
    return country_of(directory.read_pack(city.pack).section("country"))


def _file(platform: Platform, city: City, month: str) -> Path:
    """A month's printed figures; where the pack has none, those of its first month, as if printed again."""
    own, kept = city.pack / "reference" / f"{month}.json", platform.home.parent / f"{month}.json"
    if not own.exists():
        document = json.loads((city.pack / "reference" / f"{city.months[0]}.json").read_text(encoding="utf-8"))
        kept.write_text(json.dumps(document | {"period": month}), encoding="utf-8")
    return own if own.exists() else kept


def _commands(platform: Platform, city: City) -> dict[str, str]:
    """What the commands print, by name; each must end well."""
    month, forms = city.months[0], ("table", "md", "html", "csv")
    formats = {name: ["bulletin", month, "--format", name, "--lang", "en"] for name in forms}
    commands = {
        "check": ["city", "check", str(city.pack), "--json"],
        "load": ["city", "load", "--json"],
        "client": ["client", "add", "journey", "--role", "hospital_client", "--organization", city.hospital, "--json"],
        **{each: ["replay", str(_file(platform, city, each)), "--json"] for each in city.months},
        **formats,
        "json": ["bulletin", month, "--json"],
    }
    done = subprocess.run(
        [sys.executable, "-c", TOGETHER], env=platform.environment, input=json.dumps(list(commands.values())),
        capture_output=True, text=True, check=False,
    )  # fmt: skip
    assert done.returncode == 0, done.stderr[-3000:]
    ended = dict(zip(commands, json.loads(done.stdout.splitlines()[-1]), strict=True))
    assert {name: code for name, (code, _) in ended.items() if code} == {}, done.stderr[-3000:]
    return {name: text for name, (_, text) in ended.items()}


def test_its_months_are_counted_and_printed_as_the_pack_lays_them_out(running: Running) -> None:
    city, printed = running.city, running.printed
    assert json.loads(printed["check"])["ok"] is True
    assert [text for text in city.says if text not in printed["md"]] == []
    assert city.says[0] in printed["table"] and city.says[0] in printed["html"]
    assert {line["period"] for line in csv.DictReader(printed["csv"].removeprefix("\ufeff").splitlines())} == {
        city.months[0]
    }
    for month in city.months:
        wanted = json.loads(_file(running.platform, city, month).read_text(encoding="utf-8"))["tables"]
        answer = running.read(f"/api/v1/bulletin/{month}")
        assert tuple(answer["tables"]) == city.tables
        assert [check for check in answer["checks"] if not check["ok"]] == []
        # The demonstration took the newest of the pack's at its own scale.
        if month != max(path.stem for path in (city.pack / "reference").iterdir()):
            for name, table in wanted.items():
                counted = answer["tables"][name]
                figures = [place for place, cell in enumerate(counted["rows"][0]) if isinstance(cell, int)]
                assert sorted([row[at] for at in figures] for row in counted["rows"]) == sorted(
                    [row[at] for at in figures] for row in table["rows"]
                ), (month, name)


def test_programs_make_its_people_known_and_read_them(running: Running) -> None:
    city = running.city
    person = {"name": "Ana Peña", "system": "resident_id", "value": city.number, "mobile": city.mobile,
              "birth_date": "1980-02-03"}  # fmt: skip
    found = running.read("/api/v1/patients", person)
    assert running.read("/api/v1/patients", person | {"name": "ANA PEÑA"})["id"] == found["id"]
    assert running.read("/api/v1/patients", person | {"value": city.wrong})["type"].endswith("identifier_invalid")
    assert running.read("/api/v1/patients", person | {"mobile": "13912345678"})["type"].endswith("identifier_invalid")
    system = running.country.documents["resident_id"].uri or "urn:jinling:identifier:resident_id"
    bundle = running.read(f"/fhir/Patient/{found['id']}")
    (identifier,) = bundle["identifier"]
    assert identifier["system"] == system
    assert identifier["_value"]["extension"][1]["valueString"] == city.masked
    assert running.read("/fhir/metadata")["resourceType"] == "CapabilityStatement"


@pytest.fixture(scope="session")
def browser_type_launch_args(browser_type_launch_args: dict[str, Any]) -> dict[str, Any]:
    """The system's Chromium."""
    return {**browser_type_launch_args, "executable_path": chromium(), "args": FLAGS}


@pytest.fixture
def browser_context_args(browser_context_args: dict[str, Any]) -> dict[str, Any]:
    return {**browser_context_args, "locale": "en-GB", "viewport": {"width": 390, "height": 844}}


def _sign_in(running: Running, page: Any, mobile: str) -> str:
    """Sign in by the code that was sent; gives the number as the platform keeps it."""
    kept = running.country.mobile(mobile)
    before = len(running.notices(kept))
    page.get_by_label("Mobile").fill(mobile)
    page.get_by_role("button", name="Send").click()
    assert eventually(lambda: len(running.notices(kept)) > before)
    page.get_by_label("Code").fill(re.search(r"\b(\d{6})\b", running.notices(kept)[-1])[1])
    page.get_by_role("button", name="Sign in").click()
    page.wait_for_url(lambda url: "/sign-in/" not in url)
    return kept


def test_a_citizen_books_and_is_told(running: Running, page: Any) -> None:
    page.goto(running.platform.url)
    assert running.city.hotline in page.content()
    page.get_by_role("link", name="Book a number").click()
    page.locator("#hospitals a").first.click()
    page.locator("main a.row-link").first.wait_for()
    assert re.search(r"[\u4e00-\u9fff]", page.locator("main").inner_text()) is None
    for clinic in page.locator("main a.row-link").evaluate_all("all => all.map(one => one.href)"):
        page.goto(clinic)  # of some departments only the replayed months have sessions
        if page.locator(".slots a").count():
            break
    page.locator(".slots a").first.click()
    page.wait_for_url("**/sign-in/**")
    mobile = _sign_in(running, page, running.logins["citizen"])
    page.get_by_role("button", name="Continue").first.click()
    page.get_by_role("button", name="Confirm the booking").click()
    page.get_by_role("heading", name="Booked").first.wait_for()
    reference = page.url.partition("/bookings/")[2].partition("/")[0].replace("-", "")[-10:].upper()
    told = eventually(lambda: [text for text in running.notices(mobile) if reference in text])
    assert told, running.notices(mobile)


def test_a_new_citizen_signs_up_and_names_a_document_of_the_country(running: Running, page: Any) -> None:
    page.goto(running.platform.url + "/sign-in/?next=/people/")
    mobile = running.country.mobiles[0].replace("#", "4")
    _sign_in(running, page, mobile)
    page.goto(running.platform.url + "/people/")
    assert page.get_by_label("Document", exact=True).locator("option").all_inner_texts()[0] == running.city.document
    page.get_by_label("Name of the person").fill("Iñaki O'Dell")
    page.get_by_label("Document", exact=True).select_option("resident_id")
    page.get_by_label("Number of the document").fill(running.city.wrong)
    page.get_by_role("button", name="Add").click()
    page.get_by_role("heading", name="There is a problem").wait_for()
    page.get_by_label("Number of the document").fill(_other(running))
    page.get_by_role("button", name="Add").click()
    page.get_by_text("The person is added.").first.wait_for()


def _other(running: Running) -> str:
    return running.country.documents["resident_id"].invent(random.Random(7))


def _staff(running: Running, page: Any, role: str, on: str = "/") -> None:
    page.goto(f"{running.platform.url}/accounts/login/?next={on}")
    page.get_by_label("Sign-in name").fill(f"demo-{role.replace('_', '-')}")
    page.get_by_label("Password").fill(running.logins[role])
    page.get_by_role("button", name="Sign in", exact=True).click()
    page.wait_for_url(lambda url: "/login" not in url)


def test_staff_find_their_pages(running: Running, page: Any) -> None:
    seen: set[str] = set()
    for role in running.logins:
        if role != "citizen":
            _staff(running, page, role)
            links = page.locator("a[href^='/']").evaluate_all("all => all.map(one => one.pathname)")
            for path in sorted({*links} - seen):
                assert page.request.get(running.platform.url + path).status == 200, (role, path)
            seen.update(links)
            page.context.clear_cookies()
    assert {"/staff/people/", "/staff/schedules/", "/staff/collection/", "/bulletin/"} <= seen


def test_a_desk_registers_somebody(running: Running, page: Any) -> None:
    _staff(running, page, "identity_clerk", "/staff/people/new/")
    number = running.country.documents["resident_id"].invent(random.Random(11))
    page.get_by_label("Person's name").fill("Roc\u00edo N\u00fa\u00f1ez")
    page.get_by_label("Document", exact=True).select_option(label=running.city.document)
    page.get_by_label("Number", exact=True).fill(number)
    page.get_by_label("Mobile").fill(running.city.mobile)
    page.locator("main form button").first.click()
    page.get_by_text("Registered.").first.wait_for()
    assert mask(number) in page.locator("main").inner_text() and number not in page.content()
