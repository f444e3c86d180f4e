"""Figures for the centre's monitoring, in Prometheus' text format. Counts and times only: never a person's data."""

from __future__ import annotations

import hmac
import os
import time
from collections.abc import Callable, Iterator

from django.db import Error
from django.http import HttpRequest, HttpResponse
from prometheus_client import CONTENT_TYPE_LATEST, REGISTRY, CollectorRegistry, Counter, Histogram, generate_latest
from prometheus_client.core import GaugeMetricFamily
from prometheus_client.multiprocess import MultiProcessCollector

from jinling.foundation.outbox import public as outbox

# The route's pattern is the label, not the address: an address may name a patient.
REQUESTS = Counter("jinling_requests", "Requests answered", ["method", "route", "status"])
SECONDS = Histogram(
    "jinling_request_seconds",
    "Time to answer",
    ["route"],
    buckets=(0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10),
)
METHODS = frozenset({"GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS"})


class MetricsMiddleware:
    """Counts and times each request by its route."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        started = time.perf_counter()
        response = self.get_response(request)
        match = request.resolver_match
        route = match.route if match else "unknown"
        method = request.method if request.method in METHODS else "other"
        SECONDS.labels(route).observe(time.perf_counter() - started)
        REQUESTS.labels(method, route, str(response.status_code)).inc()
        return response


class _Outbox:
    def collect(self) -> Iterator[GaugeMetricFamily]:
        try:
            backlog = outbox.backlog()
        except Error:
            return
        gauge = GaugeMetricFamily("jinling_outbox_events", "Events that wait for delivery", labels=["state"])
        gauge.add_metric(["waiting"], backlog.waiting)
        gauge.add_metric(["failed"], backlog.failed)
        gauge.add_metric(["given_up"], backlog.given_up)
        yield gauge


def allowed(request: HttpRequest) -> bool:
    """Whether the asker may see the figures: with the token, or, without one, from this machine and no proxy."""
    token = os.environ.get("JINLING_METRICS_TOKEN", "")
    if token:
        return hmac.compare_digest(request.headers.get("Authorization", "").encode(), f"Bearer {token}".encode())
    forwarded = {"X-Forwarded-For", "Forwarded"} & set(request.headers)
    return not forwarded and request.META.get("REMOTE_ADDR", "") in ("127.0.0.1", "::1", "")


def answer(request: HttpRequest) -> HttpResponse:
    """The figures of all web processes together, or 404 for a stranger."""
    if not allowed(request):
        return HttpResponse("Not found\n", status=404, content_type="text/plain")
    registry = REGISTRY
    if os.environ.get("PROMETHEUS_MULTIPROC_DIR"):
        registry = CollectorRegistry()
        MultiProcessCollector(registry)
    own = CollectorRegistry()
    own.register(_Outbox())
    return HttpResponse(generate_latest(registry) + generate_latest(own), content_type=CONTENT_TYPE_LATEST)
