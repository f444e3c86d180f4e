"""Access for programs: a token for a signed assertion."""

from __future__ import annotations

import json

from django.http import HttpRequest, HttpResponse
from django.utils import timezone
from ninja import Form, Router, Schema

from jinling.foundation.access.guards import open_to_all
from jinling.foundation.access.rules.refusals import TokenError, TokenRefused
from jinling.foundation.access.tokens import ASSERTION, issue_token

router = Router(tags=["access"])


class TokenOut(Schema):
    """A token (RFC 6749 section 5.1)."""

    access_token: str
    token_type: str
    expires_in: int
    scope: str


class TokenErrorOut(Schema):
    """Why no token is given (RFC 6749 section 5.2)."""

    error: str
    error_description: str


class TokenIn(Schema):
    """A request of RFC 6749 section 4.4 whose client proves itself by RFC 7523."""

    grant_type: str
    client_assertion_type: str
    client_assertion: str
    scope: str = ""
    purpose_of_use: str = ""


@router.post(
    "/oauth/token",
    response={200: TokenOut, 400: TokenErrorOut, 401: TokenErrorOut},
    auth=None,
    summary="A token for a signed assertion",
    operation_id="oauth_token",
)
@open_to_all
def token(request: HttpRequest, body: Form[TokenIn]) -> HttpResponse:
    """Sign an assertion with the client's private key (ES256, ES384, Ed25519 or PS256); its ``aud`` is the address
    of this endpoint. The token stands in the header ``Authorization: Bearer`` of later requests, for 15 minutes."""
    try:
        if body.grant_type != "client_credentials" or body.client_assertion_type != ASSERTION:
            raise TokenRefused(error=TokenError.UNSUPPORTED_GRANT_TYPE)
        given = issue_token(
            assertion=body.client_assertion,
            audience=request.build_absolute_uri(request.path),
            now=timezone.now(),
            scope=body.scope,
            purpose=body.purpose_of_use,
        )
    except TokenRefused as refused:
        error = str(refused.fields["error"])
        answer: dict[str, object] = {"error": error, "error_description": refused.message()}
        return _answer(answer, status=401 if error == TokenError.INVALID_CLIENT else 400)
    body_out: dict[str, object] = {"access_token": given.token, "expires_in": given.expires_in, "scope": given.scope}
    return _answer(body_out | {"token_type": "Bearer"})  # nosec B105


def _answer(body: dict[str, object], *, status: int = 200) -> HttpResponse:
    return HttpResponse(
        json.dumps(body), status=status, content_type="application/json", headers={"Cache-Control": "no-store"}
    )
