"""How allauth meets this platform: accounts are given, never signed up for; secrets lie sealed."""

from __future__ import annotations

import base64
from collections.abc import Mapping
from typing import Any

from allauth.account.adapter import DefaultAccountAdapter
from allauth.account.authentication import get_authentication_records
from allauth.core.exceptions import ImmediateHttpResponse
from allauth.mfa.adapter import DefaultMFAAdapter
from allauth.socialaccount.adapter import DefaultSocialAccountAdapter
from allauth.socialaccount.models import SocialLogin
from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render

from jinling.foundation.access.models import Account
from jinling.foundation.access.queries import key_hash, keys
from jinling.foundation.audit import public as audit
from jinling.kernel.actor import Actor, system

TOTP_PLACE = "access.totp"
SIGN_ON_STRENGTH = "access.sign_on_strong"


def tried_name(request: HttpRequest, credentials: Mapping[str, Any] | None) -> str:
    """What the lock-out counts by: the keyed hash of the sign-in name that somebody tries.

    People type numbers and names of theirs into the wrong field; those must not lie in a table.
    """
    given = credentials or {}
    return key_hash(str(given.get("username") or given.get("login") or request.POST.get("login", ""))).hex()


def _account(request: HttpRequest, user: Any) -> Actor:
    role = "citizen" if user.kind == Account.Kind.CITIZEN else "staff"
    return Actor(
        kind="account",
        id=str(user.pk),
        role=role,
        organization=user.organization,
        channel="web",
        request_id=getattr(request, "request_id", ""),
        patient=user.patient,
    )


class AccountAdapter(DefaultAccountAdapter):
    """Staff sign in with a name and a password that an administrator gave them."""

    def is_open_for_signup(self, request: HttpRequest) -> bool:
        """Nobody signs up by this way: citizens come by mobile code, staff by an administrator."""
        return False

    def authentication_failed(self, request: HttpRequest, **credentials: Any) -> None:
        """A wrong name or password leaves an entry, without what was typed."""
        audit.record(by=system("sign-in"), action="access.sign_in", outcome=audit.Outcome.DENIED)

    def post_login(self, request: HttpRequest, user: Any, **more: Any) -> HttpResponse:
        """A sign-in leaves an entry that says how the account proved itself."""
        methods = [str(proof.get("type") or proof.get("method")) for proof in get_authentication_records(request, user)]
        audit.record(
            by=_account(request, user),
            action="access.sign_in",
            target=f"Account/{user.pk}",
            detail={"methods": methods},
        )
        return super().post_login(request, user, **more)

    def logout(self, request: HttpRequest) -> None:
        """A sign-out leaves an entry."""
        if request.user.is_authenticated:
            audit.record(
                by=_account(request, request.user), action="access.sign_out", target=f"Account/{request.user.pk}"
            )
        super().logout(request)
        request.signed_out = True  # type: ignore[attr-defined]  # the middleware has the browser forget

    def populate_username(self, request: HttpRequest, user: Any) -> None:
        """Names are given by the verbs of this context."""
        return None


class SocialAdapter(DefaultSocialAccountAdapter):
    """The city's single sign-on (OpenID Connect) proves who someone is; the account must be here already."""

    def is_open_for_signup(self, request: HttpRequest, sociallogin: SocialLogin) -> bool:
        """Single sign-on opens no accounts."""
        return False

    def pre_social_login(self, request: HttpRequest, sociallogin: SocialLogin) -> None:
        """Tie the sign-on to the staff account whose name the city's server tells, or refuse.

        Raises:
            ImmediateHttpResponse: no open staff account has that name.
        """
        if sociallogin.is_existing:
            if not sociallogin.user.is_active:
                raise ImmediateHttpResponse(render(request, "access/no_account.html", status=403))
            self._note_strength(request, sociallogin)
            return
        data = sociallogin.account.extra_data
        claims = data.get("userinfo") or data.get("id_token") or data
        name = str(claims.get(settings.JINLING_OIDC_CLAIM, ""))
        account = (
            Account.objects.filter(username=name, kind=Account.Kind.STAFF, is_active=True).first() if name else None
        )
        if account is None:
            raise ImmediateHttpResponse(render(request, "access/no_account.html", status=403))
        sociallogin.connect(request, account)
        audit.record(by=system("single-sign-on"), action="access.tie_sign_on", target=f"Account/{account.pk}")
        self._note_strength(request, sociallogin)

    def _note_strength(self, request: HttpRequest, sociallogin: SocialLogin) -> None:
        """Whether the city's server says that it saw a second factor; when it says nothing, it saw none."""
        token = sociallogin.account.extra_data.get("id_token") or {}
        methods = token.get("amr") or []
        strong = token.get("acr") in settings.JINLING_OIDC_ACR or "mfa" in methods
        request.session[SIGN_ON_STRENGTH] = bool(strong)


class MfaAdapter(DefaultMFAAdapter):
    """Second factors: their secrets are sealed like identifiers are."""

    def encrypt(self, text: str) -> str:
        """The secret as it lies in the table."""
        return base64.b64encode(keys().seal(text, place=TOTP_PLACE)).decode()

    def decrypt(self, encrypted_text: str) -> str:
        """The secret in clear, to check a code against."""
        return keys().open(base64.b64decode(encrypted_text), place=TOTP_PLACE)

    def get_totp_issuer(self) -> str:
        """The name that an authenticator app shows."""
        return "Jinling"
