"""Alive, ready, and the figures."""

from __future__ import annotations

from unittest import mock

import pytest
from django.db import OperationalError, connection
from django.test import Client
from django.utils import timezone

from jinling.config.observing import doctor, health
from jinling.foundation.directory.models import City
from jinling.foundation.outbox import models as outbox_models


@pytest.fixture(autouse=True)
def unseen(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(health, "_migrated", False)


def test_alive_needs_no_database_and_no_known_host(client: Client) -> None:
    response = client.get("/healthz", headers={"host": "10.1.2.3"})
    assert (response.status_code, response.json()) == (200, {"alive": True})


@pytest.mark.django_db
def test_ready_when_the_database_is_at_this_version(client: Client) -> None:
    response = client.get("/readyz")
    assert (response.status_code, response.json()) == (200, {"database": "ok", "migrations": "ok", "city": "ok"})


@pytest.mark.django_db
def test_not_ready_while_migrations_are_missing(client: Client) -> None:
    with connection.cursor() as cursor:
        cursor.execute("DELETE FROM django_migrations WHERE app = 'outbox'")
    response = client.get("/readyz")
    assert (response.status_code, response.json()["migrations"]) == (503, "missing")


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("code", "zone", "said"),
    [("WRN", "Asia/Shanghai", "another_city_loaded"), ("320100", "Europe/Lisbon", "another_clock_loaded")],
)
def test_not_ready_for_another_citys_database(client: Client, code: str, zone: str, said: str) -> None:
    City.objects.create(code=code, name="X", name_en="X", time_zone=zone, naming={}, loaded_at=timezone.now())
    response = client.get("/readyz")
    assert (response.status_code, response.json()["city"]) == (503, said)
    finding = next(finding for finding in doctor.examine() if finding.name == "city")
    assert not finding.ok and finding.required and finding.remedy


@pytest.mark.django_db
def test_not_ready_without_a_database(client: Client) -> None:
    with mock.patch.object(health.connection, "cursor", side_effect=OperationalError), \
         mock.patch.object(health.connection, "close"):  # fmt: skip
        response = client.get("/readyz")
    assert (response.status_code, response.json()["database"]) == (503, "unreachable")


@pytest.mark.django_db
def test_figures_count_requests_by_route_and_what_waits(client: Client) -> None:
    outbox_models.Event.objects.create(type="test.Happened", payload={})
    client.get("/nowhere/0190a5d2-6a3c-7c1e-8b1d-2f0f3b6f9a10/")
    text = client.get("/metrics").content.decode()
    assert 'jinling_requests_total{method="GET",route="unknown",status="404"}' in text
    assert 'jinling_outbox_events{state="waiting"} 1.0' in text
    assert "0190a5d2" not in text


@pytest.mark.parametrize("headers", [{"x-forwarded-for": "203.0.113.9"}, {"forwarded": "for=203.0.113.9"}])
def test_figures_are_not_for_strangers(client: Client, headers: dict[str, str]) -> None:
    assert client.get("/metrics", headers=headers).status_code == 404
    assert client.get("/metrics", REMOTE_ADDR="203.0.113.9").status_code == 404


@pytest.mark.django_db
def test_with_a_token_the_token_decides(client: Client, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("JINLING_METRICS_TOKEN", "t0ken")
    assert client.get("/metrics").status_code == 404
    assert client.get("/metrics", headers={"authorization": "Bearer wrong"}).status_code == 404
    good = {"authorization": "Bearer t0ken", "x-forwarded-for": "203.0.113.9"}
    assert client.get("/metrics", headers=good).status_code == 200
