"""The API against its own description: no input makes a server error, every answer has the form it declares."""

from __future__ import annotations

from collections.abc import Iterator
from uuid import uuid4

import pytest
import schemathesis
from django.core.signals import request_finished, request_started
from django.db import close_old_connections
from hypothesis import HealthCheck, settings
from schemathesis.checks import not_a_server_error
from schemathesis.specs.openapi.checks import (
    content_type_conformance,
    response_schema_conformance,
    status_code_conformance,
)

from jinling.config.wsgi import application
from jinling.foundation.access import public as access
from jinling.services.scheduling.testing import BY, a_hospital, a_session, some_patients

CHECKS = (not_a_server_error, status_code_conformance, content_type_conformance, response_schema_conformance)
ROLES = ("partner", "hospital_client")
schema = schemathesis.openapi.from_wsgi("/api/v1/openapi.json", application)


@pytest.fixture
def one_connection() -> Iterator[None]:
    """Requests stay inside the test's transaction: the handler would close the connection after each."""
    for signal in (request_started, request_finished):
        signal.disconnect(close_old_connections)
    yield
    for signal in (request_started, request_finished):
        signal.connect(close_old_connections)


@pytest.fixture
def keys(db: None, one_connection: None) -> dict[str, str]:
    """A key of a partner and of a hospital, with a session and people in the database."""
    hospital = a_hospital()
    a_session(hospital)
    some_patients(2)
    return {
        role: access.add_client(
            by=BY,
            code=f"c-{uuid4().hex[:8]}",
            name=role,
            role=role,
            channel="app",
            organization=hospital.code,
            rate_per_minute=1_000_000,
        )[1]
        for role in ROLES
    }


@pytest.mark.parametrize("role", ROLES)
@schema.parametrize()
@settings(max_examples=15, deadline=None, derandomize=True, suppress_health_check=list(HealthCheck))
def test_the_api_is_as_it_describes_itself(case: schemathesis.Case, keys: dict[str, str], role: str) -> None:
    response = case.call(headers={"Authorization": f"Bearer {keys[role]}"})
    case.validate_response(response, checks=CHECKS)
