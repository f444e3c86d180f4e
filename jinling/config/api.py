"""The JSON API under ``/api/v1``: one router per context, problem+json for every refusal (RFC 9457)."""

from __future__ import annotations

from http import HTTPStatus
from typing import Any

from django.http import Http404, HttpRequest, HttpResponse
from ninja import NinjaAPI
from ninja.errors import AuthenticationError, HttpError, ValidationError

import jinling
from jinling.kernel.outcomes import Refused
from jinling.kernel.sockets import gather
from jinling.web.problems import DESCRIPTION, problem, refused_problem

PROBLEM_STATUSES = (400, 401, 403, 404, 409, 413, 422, 429)


class Described(NinjaAPI):
    """Every operation may refuse in the same way, so its description is written here once and in no context."""

    def get_openapi_schema(self, **options: Any) -> Any:
        described = super().get_openapi_schema(**options)
        described["components"]["schemas"]["Problem"] = DESCRIPTION
        refusal = {"schema": {"$ref": "#/components/schemas/Problem"}}
        for operations in described["paths"].values():
            for operation in operations.values():
                for status in PROBLEM_STATUSES:
                    said = operation["responses"].setdefault(status, {"description": HTTPStatus(status).phrase})
                    said.setdefault("content", {})["application/problem+json"] = refusal
        return described


api = Described(
    title="Jinling",
    version=jinling.__version__,
    urls_namespace="api",
    docs_url="/docs",
    description="Booking, directory and collection services for hospitals and partners.",
)


@api.exception_handler(Refused)
def _refused(request: HttpRequest, refused: Any) -> HttpResponse:
    return refused_problem(request, refused)


@api.exception_handler(ValidationError)
def _validation(request: HttpRequest, error: Any) -> HttpResponse:
    errors = [
        {"where": ".".join(str(part) for part in item["loc"][1:]), "message": item["msg"]} for item in error.errors
    ]
    return problem(
        request,
        status=422,
        code="invalid_request",
        detail="The request does not match the interface description.",
        errors=errors,
    )


@api.exception_handler(AuthenticationError)
def _authentication(request: HttpRequest, error: Any) -> HttpResponse:
    response = problem(
        request,
        status=401,
        code="not_authenticated",
        detail="The request carries no valid key.",
        mend="Send the header: Authorization: Bearer <key>",
    )
    response["WWW-Authenticate"] = "Bearer"
    return response


@api.exception_handler(HttpError)
def _http(request: HttpRequest, error: Any) -> HttpResponse:
    return problem(request, status=error.status_code, code="bad_request", detail=str(error))


@api.exception_handler(Http404)
def _missing(request: HttpRequest, error: Any) -> HttpResponse:
    return problem(request, status=404, code="not_found", detail="Nothing was found under that name.")


for _context, _module in gather("api"):
    api.add_router("", _module.router)
