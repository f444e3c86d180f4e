"""Pages of the registry: who comes in, what is shown of a day, nothing is changed before it was looked at."""

from __future__ import annotations

from datetime import date

import pytest
from django.test import Client
from django.urls import reverse

from jinling.foundation.access import public as access
from jinling.foundation.directory import public as directory
from jinling.foundation.directory.models import OrganizationVersion
from jinling.kernel.actor import system
from jinling.web.testing import pinned_queries

BY = system("tests")
PASSWORD = "a long enough pass phrase 9"
LIST = reverse("registry:institutions")


@pytest.fixture(autouse=True)
def _city(db: None, settings) -> None:
    settings.JINLING_SECOND_FACTOR = "optional"
    directory.load_pack("nanjing", by=BY)


def sign_in(client: Client, account: object) -> None:
    client.force_login(account, backend="django.contrib.auth.backends.ModelBackend")


@pytest.fixture
def staff(client: Client) -> Client:
    sign_in(client, access.add_account(by=BY, username="keeper", password=PASSWORD, roles=["centre_operator"]))
    return client


def address(step: str, code: str = "NJ0018") -> str:
    return reverse("registry:change", args=[code, step])


def test_only_the_centre_comes_in(client: Client) -> None:
    assert client.get(LIST).status_code == 302
    sign_in(
        client,
        access.add_account(by=BY, username="it", password=PASSWORD, roles=["hospital_it"], organization="NJ0018"),
    )
    for url in (LIST, reverse("registry:institution", args=["NJ0018"]), address("close")):
        assert client.get(url).status_code == 403


def test_institutions_as_they_were_on_a_day(staff: Client) -> None:
    made = directory.Change(directory.Step.RENAME, "NJ0018", date(2018, 6, 1), {"name": "秦淮医疗区"}, reason="R")
    directory.change(by=BY, change=made)
    with pinned_queries(4):
        text = staff.get(f"{LIST}?q=八一&on=2018-05-31").content.decode()
    assert "解放军第八一医院" in text and "秦淮医疗区" not in text
    text = staff.get(f"{LIST}?q=八一&on=2018-06-01").content.decode()
    assert "秦淮医疗区" in text
    for odd in ("?on=tomorrow", "?on=0001-01-01", "?page=9"):
        assert staff.get(LIST + odd).status_code == 200
    assert staff.get(LIST + "?q=%00").status_code == 400


def test_one_institution_shows_its_days_its_names_and_what_can_be_done(staff: Client) -> None:
    for on, name in ((date(2018, 6, 1), "秦淮医疗区"), (date(2018, 3, 1), "八一医疗区")):
        made = directory.Change(directory.Step.RENAME, "NJ0018", on, {"name": name}, reason="Order 7")
        directory.change(by=BY, change=made)
    text = staff.get(reverse("registry:institution", args=["NJ0018"])).content.decode()
    for shown in ("2018-06-01", "2018-03-01", "Order 7", "八一医疗区", "解放军第八一医院"):
        assert shown in text
    assert address("close") in text and address("reopen") not in text
    assert staff.get(reverse("registry:institution", args=["NJ7777"])).status_code == 404
    assert staff.get(address("vanish")).status_code == 404


def test_a_change_is_looked_at_then_made(staff: Client) -> None:
    asked = {"name": "秦淮医疗区", "name_en": "Qinhuai", "on": "2018-06-01", "reason": "Order 7"}
    before = OrganizationVersion.objects.count()
    text = staff.post(address("rename"), asked).content.decode()
    assert "秦淮医疗区" in text and "2018-06" in text and 'name="confirmed"' in text
    assert OrganizationVersion.objects.count() == before
    answer = staff.post(address("rename"), {**asked, "confirmed": "1"})
    assert (answer.status_code, answer.url) == (302, reverse("registry:institution", args=["NJ0018"]))
    assert directory.get("NJ0018").name == "秦淮医疗区"


@pytest.mark.parametrize(
    ("step", "asked", "seen"),
    [
        ("move", {"district": "320199"}, "江北新区"),
        ("reown", {"ownership": "provincial"}, "2018-06"),
        ("merge", {"others": "南京市妇幼保健院\nNJ0005"}, "南京市中医院"),
        ("split", {"others": "NJ0005"}, "南京市中医院"),
        ("succeed", {"others": "NJ0005"}, "南京市中医院"),
        ("close", {}, "2018-06"),
        ("correct", {"until": "2018-09-01", "level": "primary", "district": "-", "active": "closed"}, "2018-09-01"),
    ],
)
def test_every_form_shows_what_it_would_do_and_does_it(staff: Client, step: str, asked: dict, seen: str) -> None:
    assert staff.get(address(step)).status_code == 200
    given = {"on": "2018-06-01", "reason": "Order 7", **asked}
    answer = staff.post(address(step), given)
    assert answer.status_code == 200 and seen in answer.content.decode()
    before = OrganizationVersion.objects.count()
    assert staff.post(address(step), {**given, "confirmed": "1"}).status_code == 302
    assert step == "split" or OrganizationVersion.objects.count() > before


@pytest.mark.parametrize(
    ("step", "asked"),
    [
        ("rename", {"name": "南京鼓楼医院", "on": "2018-06-01", "reason": "R"}),
        ("rename", {"name": "新名", "on": "2018-06-01", "reason": ""}),
        ("rename", {"name": "新名", "on": "yesterday", "reason": "R"}),
        ("merge", {"others": "no such house", "on": "2018-06-01", "reason": "R"}),
        ("merge", {"others": "NJ0018", "on": "2018-06-01", "reason": "R"}),
        ("reopen", {"on": "2018-06-01", "reason": "R"}),
    ],
)
def test_what_is_refused_is_said_beside_the_form(staff: Client, step: str, asked: dict) -> None:
    before = OrganizationVersion.objects.count()
    answer = staff.post(address(step), {**asked, "confirmed": "1"})
    assert answer.status_code == 422 and 'role="alert"' in answer.content.decode()
    assert OrganizationVersion.objects.count() == before


def test_another_name_is_added_or_refused(staff: Client) -> None:
    place = reverse("registry:alias", args=["NJ0018"])
    assert staff.post(place, {"name": "老八一"}).status_code == 302
    assert directory.resolve("老八一").code == "NJ0018"
    assert staff.post(place, {"name": "南京鼓楼医院"}).status_code == 422
    assert staff.get(place).status_code == 405


def test_another_name_is_taken_away_or_refused(staff: Client) -> None:
    directory.alias(by=BY, code="NJ0018", name="老八一")
    place, shown = (reverse(f"registry:{page}", args=["NJ0018"]) for page in ("unalias", "institution"))
    assert 'value="老八一"' in staff.get(shown).content.decode()
    assert staff.post(place, {"name": "老八一"}).status_code == 302
    assert 'value="老八一"' not in staff.get(shown).content.decode()
    assert staff.post(place, {"name": "老八一"}).status_code == 422
    assert staff.post(place, {"name": "解放军第八一医院"}).status_code == 422
    assert staff.get(place).status_code == 405


def test_what_still_runs_at_one_that_ends_is_said(staff: Client) -> None:
    access.add_account(by=BY, username="it", password=PASSWORD, roles=["hospital_it"], organization="NJ0018")
    text = staff.post(address("close"), {"on": "2018-06-01", "reason": "R"}).content.decode()
    assert "解放军第八一医院" in text and "1" in text


def test_a_new_institution_is_registered_from_the_day_on_which_it_opens(staff: Client) -> None:
    place = reverse("registry:register")
    assert staff.get(place).status_code == 200
    asked = {
        "code": "NJ9001", "name": "新河医院", "name_en": "Xinhe Hospital", "kind": "hospital", "ownership": "other",
        "district": "320199", "part_of": "南京市儿童医院", "opened": "2018-06-01", "reason": "Order 7",
    }  # fmt: skip
    assert staff.post(place, asked).status_code == 302
    row = directory.get("NJ9001")
    assert (row.part_of.code, row.district.name) == ("NJ0002", "江北新区")
    assert not directory.as_of(date(2018, 5, 31))[row.pk].active
    assert staff.post(place, asked).status_code == 422
    for code in ("A/1", "N J", "ＮＪ０００２", "..", "x" * 65):
        assert staff.post(place, {**asked, "code": code, "name": "河湾诊所", "name_en": "Bend"}).status_code == 422
    assert staff.get(LIST).status_code == 200
    assert staff.post(place, {**asked, "code": "NJ9002", "part_of": "no such house"}).status_code == 422
