from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from django.test import Client

from jinling.data.statistics import public as statistics
from jinling.data.statistics.rules import replayfiles as statistics_replayfiles_rules
from jinling.data.statistics.tests.conftest import Ledger, bookings
from jinling.data.statistics.usecases.keeping import keep
from jinling.foundation.directory import public as directory
from jinling.kernel.actor import Actor
from jinling.kernel.periods import Period

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("nothing_kept")]


@pytest.fixture(autouse=True)
def tables(offer: Callable[..., None], release: Any) -> None:
    offer({**bookings(("南京鼓楼医院", 37300, 49417, 11609, 52400)), **release})
    keep(Period("2018-05"))


def test_the_bulletin_inside_the_site(client: Client, django_assert_max_num_queries: Any) -> None:
    with django_assert_max_num_queries(6):
        answer = client.get("/bulletin/2018-05/")
    text = answer.content.decode()
    assert answer.status_code == 200
    for expected in ("南京市卫生信息中心月度通报", "150,726", "第二周前4天", 'id="schedule_release"'):
        assert expected in text
    assert "<style" not in text
    assert 'style="' not in text


def test_the_bulletin_in_english(client: Client) -> None:
    text = client.get("/bulletin/2018-05/", headers={"Accept-Language": "en"}).content.decode()
    assert "Nanjing Drum Tower Hospital" in text
    assert "Bookings by hospital" in text


@pytest.mark.parametrize(("form", "kind"), [("html", "text/html"), ("md", "text/markdown")])
def test_the_bulletin_as_a_file(client: Client, form: str, kind: str) -> None:
    answer = client.get(f"/bulletin/2018-05/?format={form}")
    assert answer["Content-Type"].startswith(kind)
    assert f"bulletin-2018-05.{form}" in answer["Content-Disposition"]
    assert "150,726" in answer.content.decode()


@pytest.mark.parametrize("period", ["2018-13", "2018", "9998-01", "x"])
def test_other_periods_are_told_apart(client: Client, period: str) -> None:
    answer = client.get(f"/bulletin/{period}/")
    assert answer.status_code == 404
    assert answer.templates


def test_the_list_of_months(client: Client, ledger: Ledger, by: Actor) -> None:
    reference = directory.current_pack().section("reference/2018-05")["tables"]
    file = statistics_replayfiles_rules.ReplayFile(
        "may.json", Period("2018-05"), {"booking_by_route": reference["booking_by_route"]}
    )
    statistics.replay(by=by, file=file, scale=0.01)
    text = client.get("/bulletin/").content.decode()
    assert 'href="/bulletin/2018-05/"' in text
    assert "按 1% 回放" in text


def test_any_month_can_be_opened(client: Client) -> None:
    answer = client.get("/bulletin/", {"period": " 2019-03 "})
    assert (answer.status_code, answer.headers["Location"]) == (302, "/bulletin/2019-03/")
    refused = client.get("/bulletin/", {"period": '"><script>'})
    assert refused.status_code == 422
    assert "<script>" not in refused.content.decode().split("<main")[1]
    assert 'aria-invalid="true"' in refused.content.decode()


def test_the_api(client: Client) -> None:
    answer = client.get("/api/v1/bulletin/2018-05", {"table": "schedule_release"})
    assert answer.status_code == 200
    document = answer.json()
    assert list(document["tables"]) == ["schedule_release"]
    assert client.get("/api/v1/bulletin/2018-05").json() == statistics.document(statistics.kept_bulletin("2018-05"))


@pytest.mark.parametrize(
    ("address", "status", "code"),
    [
        ("2018-13", 422, "period_unreadable"),
        ("9998-01", 422, "period_in_future"),
        ("2018", 422, "not_a_month"),
        ("2018-05?table=x", 404, "table_unknown"),
    ],
)
def test_refusals_of_the_api_are_problems(client: Client, address: str, status: int, code: str) -> None:
    answer = client.get(f"/api/v1/bulletin/{address}")
    assert answer.status_code == status
    assert answer["Content-Type"] == "application/problem+json"
    assert answer.json()["type"] == f"urn:jinling:problem:{code}"
