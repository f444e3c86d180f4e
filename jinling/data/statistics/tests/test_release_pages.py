"""The centre's pages of releases: one prepares, another looks and approves, everybody reads what was released."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from django.test import Client

from jinling.data.statistics import public as statistics
from jinling.data.statistics.models import Release
from jinling.data.statistics.tests.conftest import bookings
from jinling.foundation.access import public as access
from jinling.kernel.actor import system
from jinling.kernel.periods import Period

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("paper_pack")]
PAGE = "/staff/releases/2018-05/"


@pytest.fixture(autouse=True)
def without_second_factor(settings: Any) -> None:
    settings.JINLING_SECOND_FACTOR = "optional"


@pytest.fixture
def people(offer: Callable[..., None]) -> tuple[Client, Client]:
    """Two statisticians, signed in; the months were counted."""
    offer(bookings(("南京鼓楼医院", 1, 2, 3, 4)))
    statistics.keep(Period("2018-05"))
    return signed_in("ann"), signed_in("ben")


def signed_in(name: str, role: str = "statistician") -> Client:
    account = access.add_account(by=system("tests"), username=name, password="a long phrase 9", roles=[role])
    client = Client()
    client.force_login(account, backend="django.contrib.auth.backends.ModelBackend")
    return client


def test_one_prepares_and_another_approves(people: tuple[Client, Client], client: Client, offer: Any) -> None:
    ann, ben = people
    assert "未发布" in ann.get("/staff/releases/").content.decode()
    assert "提交发布" in ann.get(PAGE).content.decode()
    assert ann.post(PAGE).status_code == 302
    row = Release.objects.get()
    own, other = ann.get(PAGE).content.decode(), ben.get(PAGE).content.decode()
    assert "须由另一人审核" in own
    assert "审核通过并发布" not in own
    assert "审核通过并发布" in other
    assert "南京鼓楼医院" in ben.get(f"{PAGE}waiting/").content.decode()
    assert "待审核" in ben.get("/staff/releases/").content.decode()
    refused = ann.post(f"{PAGE}{row.pk}/", {"approve": "1", "digest": row.digest})
    assert refused.status_code == 403
    assert ben.post(f"{PAGE}{row.pk}/", {"approve": "1", "digest": row.digest}).status_code == 302
    assert "已发布" in client.get("/bulletin/").content.decode()
    offer(bookings(("南京鼓楼医院", 9, 9, 9, 9)))
    page = client.get("/bulletin/2018-05/").content.decode()
    assert "发布。" in page
    assert ">10<" in "".join(page.split())
    revised = ben.get(PAGE).content.decode()
    assert "现在重新统计会改变的内容" in revised
    assert "11,500,757" in revised or "11500757" in revised
    empty = ben.post(PAGE, {"reason": ""})
    assert empty.status_code == 422
    assert ben.post(PAGE, {"reason": "补报"}).status_code == 302
    waits = Release.objects.get(state="prepared")
    assert ann.post(f"{PAGE}{waits.pk}/", {"reason": "再核一遍"}).status_code == 302
    assert Release.objects.get(pk=waits.pk).state == "declined"


def test_editions_are_read_one_by_one(people: tuple[Client, Client], client: Client, offer: Any) -> None:
    ann, ben = people
    for figures, reason in (((1, 2, 3, 4), ""), ((1, 2, 3, 5), "补报")):
        offer(bookings(("南京鼓楼医院", *figures)))
        ann.post(PAGE, {"reason": reason})
        row = Release.objects.get(state="prepared")
        ben.post(f"{PAGE}{row.pk}/", {"approve": "1", "digest": row.digest})
    page = client.get("/bulletin/2018-05/").content.decode()
    assert "第 1 次修订" in page
    assert "首次发布" in page
    first = client.get("/bulletin/2018-05/?version=1&format=csv").content.decode()
    assert ",released,1," in first
    assert client.get("/bulletin/2018-05/?version=7").status_code == 404
    assert client.get("/bulletin/2018-05/?version=x").status_code == 404
    assert client.get("/bulletin/2018-05/?format=docx").status_code == 404


def test_who_holds_no_such_permission_does_not_come_in(people: tuple[Client, Client], client: Client) -> None:
    assert client.get(PAGE).status_code == 302
    regulator = signed_in("reg", "regulator")
    assert regulator.get(PAGE).status_code == 403
    assert regulator.post(PAGE).status_code == 403
    assert not Release.objects.exists()
