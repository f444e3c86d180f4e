"""Addresses under ``/fhir``: one set for each resource type that a context offers."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping, Sequence
from functools import lru_cache, wraps
from typing import Any

from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse
from django.urls import include, path
from django.utils import timezone
from django.utils.translation import override
from django.views.decorators.csrf import csrf_exempt

import jinling
from jinling.channels.fhirapi import rules
from jinling.foundation.access import public as access
from jinling.kernel.contexts import SocketBroken, each, once
from jinling.kernel.declarations import open_to_all
from jinling.kernel.languages import ENGLISH
from jinling.kernel.outcomes import Denied, Refused
from jinling.kernel.sockets import FhirResource, gather
from jinling.web.components import told
from jinling.web.requests import actor

JSON = "application/fhir+json"
LARGEST = 1024 * 1024
View = Callable[..., HttpResponse]


@lru_cache(maxsize=1)
def resources() -> dict[str, FhirResource]:
    """Every resource type that a context offers.

    Raises:
        SocketBroken: two contexts offer one type, or FHIR has no such type or kind of search parameter.
    """
    found = once(each(gather("fhir"), "RESOURCES"), lambda one: str(one.type), "the FHIR type")
    broken = [fault for one in found.values() for fault in rules.faults_of(one)]
    if broken:
        raise SocketBroken("; ".join(broken))
    return found


def _answer(body: Mapping[str, Any], status: int = 200) -> HttpResponse:
    response = HttpResponse(
        json.dumps(body, ensure_ascii=False, default=str), status=status, content_type=f"{JSON}; charset=utf-8"
    )
    response["Cache-Control"] = "no-store"
    return response


def _refused(refused: Refused) -> HttpResponse:
    problem = told(refused)
    sentence = " ".join(filter(None, (problem.text, problem.mend)))
    response = _answer(
        rules.outcome(
            status=refused.status,
            code=refused.code,
            text=sentence,
            where=refused.where,
        ),
        refused.status,
    )
    if "retry_after" in refused.fields:
        response["Retry-After"] = str(refused.fields["retry_after"])
    return response


def _speaking_fhir(view: View) -> View:
    """Answer refusals as OperationOutcome; let nobody in without a key."""

    @csrf_exempt
    @wraps(view)
    def speaking(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        with override(ENGLISH):
            try:
                _json_wanted(request)
                if access.ApiKeyAuth()(request) is None:
                    response = _answer(
                        rules.outcome(status=401, code="not_authenticated", text="The request carries no valid key."),
                        401,
                    )
                    response["WWW-Authenticate"] = "Bearer"
                    return response
                return view(request, *args, **kwargs)
            except Refused as refused:
                return _refused(refused)
            except PermissionDenied:
                return _refused(Denied())

    return speaking


def _json_wanted(request: HttpRequest) -> None:
    """Refuse XML and other formats.

    Raises:
        FormatRefused: JSON would not be taken.
    """
    asked = request.GET.get("_format") or request.headers.get("Accept", "")
    if not rules.accepts_json(asked):
        raise rules.FormatRefused(where="_format" if "_format" in request.GET else "Accept")


def _guarded(resource: FhirResource, view: View) -> View:
    """The view behind what the resource declares."""
    declared = access.permission_required(resource.permission, relation=resource.relations, level=resource.level)
    inner = declared(view)
    outer = _speaking_fhir(inner)
    outer.access = inner.access  # type: ignore[attr-defined]
    outer.needs_key = True  # type: ignore[attr-defined]
    return outer


def _methods(request: HttpRequest, *allowed: str) -> None:
    if request.method not in allowed:
        raise rules.MethodRefused(where=request.method or "")


@open_to_all
def metadata(request: HttpRequest) -> HttpResponse:
    """The CapabilityStatement, open to everyone."""
    return _answer(
        rules.capability(
            list(resources().values()),
            base=_base(request),
            version=jinling.__version__,
            date=timezone.localdate().isoformat(),
        )
    )


def _base(request: HttpRequest) -> str:
    return request.build_absolute_uri("/fhir")


def _views(resource: FhirResource) -> list[Any]:
    """The addresses of one resource type."""

    def read(request: HttpRequest, key: str) -> HttpResponse:
        _methods(request, "GET", "HEAD")
        found = resource.read(actor(request), key)
        if found is None:
            raise rules.ResourceUnknown(where=f"{resource.type}/{key}", type=resource.type)
        return _answer(found)

    def search(request: HttpRequest) -> HttpResponse:
        _methods(request, "GET", "HEAD")
        return _found(request, dict(request.GET.lists()), in_address=True)

    def search_by_post(request: HttpRequest) -> HttpResponse:
        _methods(request, "POST")
        if request.GET:
            raise rules.NotInAddresses(where="_search", type=resource.type)
        return _found(request, dict(request.POST.lists()), in_address=False)

    def _found(request: HttpRequest, params: dict[str, list[str]], *, in_address: bool) -> HttpResponse:
        rules.check_parameters(resource, params, in_address=in_address)
        asked: dict[str, Sequence[str]] = {name: values for name, values in params.items() if name not in rules.PAGING}
        most = rules.count(params.get("_count", [""])[-1])
        found = resource.search(actor(request), asked)
        return _answer(rules.searchset(found, base=_base(request), kind=resource.type, most=most))

    def operate(request: HttpRequest, name: str) -> HttpResponse:
        _methods(request, "POST")
        operation = resource.operations.get(name)
        if operation is None:
            raise rules.OperationUnknown(
                where=f"{resource.type}/${name}",
                type=resource.type,
                known=", ".join(f"${known}" for known in sorted(resource.operations)),
            )
        found = operation(actor(request), _body(request))
        return _answer(rules.absolute(found, base=_base(request)))

    kind = resource.type
    return [
        path(f"{kind}", _guarded(resource, search), name=f"{kind}-search"),
        path(f"{kind}/_search", _guarded(resource, search_by_post), name=f"{kind}-search-post"),
        path(f"{kind}/$<slug:name>", _guarded(resource, operate), name=f"{kind}-operation"),
        path(f"{kind}/<str:key>", _guarded(resource, read), name=f"{kind}-read"),
    ]


def _body(request: HttpRequest) -> dict[str, Any]:
    """The JSON body.

    Raises:
        BodyUnreadable: too large, not JSON, or no object.
    """
    raw = request.read(LARGEST + 1)
    try:
        body = json.loads(raw) if len(raw) <= LARGEST else None
    except (ValueError, RecursionError):
        body = None
    if not isinstance(body, dict):
        raise rules.BodyUnreadable(where="body")
    return body


@csrf_exempt
@open_to_all
def nothing(request: HttpRequest, rest: str = "") -> HttpResponse:
    """Addresses that the server does not have, answered as FHIR."""
    text = f"There is no {rest.partition('/')[0]} here." if rest.partition("/")[0].isalnum() else "Nothing is here."
    text = f"{text} The types that are: {', '.join(sorted(resources()))}; see metadata."
    return _answer(rules.outcome(status=404, code="not_found", text=text), 404)


_patterns: list[Any] = [path("metadata", metadata, name="metadata")]
for _resource in resources().values():
    _patterns += _views(_resource)
_patterns.append(path("<path:rest>", nothing, name="nothing"))
urlpatterns = [path("fhir/", include((_patterns, "fhir")))]
