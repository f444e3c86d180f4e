"""Is it alive, is it ready: asked by supervisors and load balancers, answered before anything else of a request."""

from __future__ import annotations

from collections.abc import Callable

from django.db import Error, connection
from django.db.migrations.executor import MigrationExecutor
from django.http import HttpRequest, HttpResponse, JsonResponse

from jinling.config.database import functions
from jinling.config.observing import metrics
from jinling.foundation.directory import public as directory
from jinling.kernel.outcomes import Refused

# Once seen complete, a database stays complete while this process lives.
_migrated = False


class HealthMiddleware:
    """Answers ``/healthz``, ``/readyz`` and ``/metrics`` whatever host name the question uses."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        if request.path_info == "/healthz":
            return JsonResponse({"alive": True})
        if request.path_info == "/readyz":
            state = readiness()
            response = JsonResponse(state, status=200 if set(state.values()) == {"ok"} else 503)
            response["Cache-Control"] = "no-store"
            return response
        if request.path_info == "/metrics":
            return metrics.answer(request)
        return self.get_response(request)


def readiness() -> dict[str, str]:
    """``database``, ``migrations`` and ``city``, each ``ok`` or what is wrong in a word."""
    global _migrated
    try:
        with connection.cursor() as cursor:
            cursor.execute("SELECT 1")
        if not _migrated:
            executor = MigrationExecutor(connection)
            _migrated = not executor.migration_plan(executor.loader.graph.leaf_nodes()) and not functions.differing()
        city = _city() if _migrated else "unknown"
    except Error:
        connection.close()
        return {"database": "unreachable", "migrations": "unknown", "city": "unknown"}
    return {"database": "ok", "migrations": "ok" if _migrated else "missing", "city": city}


def _city() -> str:
    try:
        directory.ensure_own_city()
    except Refused as refused:
        return refused.code
    return "ok"
