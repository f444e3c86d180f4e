"""A citizen signs in: mobile number, code, and the account when the number has several."""

from __future__ import annotations

import base64
from typing import Any
from uuid import UUID

from allauth.account.internal.flows.login import record_authentication
from allauth.usersessions.models import UserSession
from django import forms
from django.conf import settings
from django.contrib.auth import login
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.http import url_has_allowed_host_and_scheme
from django.utils.translation import get_language, gettext_lazy as _
from django.views.decorators.cache import never_cache

from jinling.foundation.access.guards import open_to_all
from jinling.foundation.access.models import Account
from jinling.foundation.access.public import by_mobile, keys, mobile_of, redeem_code, request_code
from jinling.foundation.audit import public as audit
from jinling.kernel.actor import Actor
from jinling.kernel.identifiers import mask_mobile
from jinling.kernel.outcomes import Refused
from jinling.web.components import told

SESSION, SESSION_AGAIN = "access.sign_in", "access.sign_in_again"
BACKEND = "django.contrib.auth.backends.ModelBackend"


class MobileForm(forms.Form):
    """A mobile number."""

    mobile = forms.CharField(
        label=_("Mobile number"),
        max_length=20,
        widget=forms.TextInput(attrs={"class": "form-control", "inputmode": "tel", "autocomplete": "tel-national"}),
    )


class CodeForm(forms.Form):
    """The six digits that were sent."""

    code = forms.RegexField(
        r"^\s*[0-9]{6}\s*$",
        label=_("Code from the message"),
        max_length=8,
        widget=forms.TextInput(
            attrs={"class": "form-control", "inputmode": "numeric", "autocomplete": "one-time-code"}
        ),
        error_messages={"invalid": _("The code has six digits.")},
    )


@open_to_all
@never_cache
def mobile(request: HttpRequest) -> HttpResponse:
    """Ask for the mobile number and send the code."""
    back = safe_next(request)
    if request.user.is_authenticated:
        return redirect(back)
    form = MobileForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        try:
            code_id = request_code(mobile=form.cleaned_data["mobile"], language=get_language() or "")
        except Refused as refused:
            form.add_error("mobile", _sentence(refused))
        else:
            request.session[SESSION] = {
                "code": str(code_id),
                "mobile": _closed(form.cleaned_data["mobile"]),
                "next": back,
            }
            return redirect("access_sign_in_code")
    return render(request, "access/sign_in.html", {"form": form, "next": back})


@open_to_all
@never_cache
def code(request: HttpRequest) -> HttpResponse:
    """Ask for the code; sign in, or let the account be chosen."""
    started: dict[str, Any] | None = request.session.get(SESSION)
    if not started or not started.get("code"):
        return redirect("access_sign_in")
    number = _opened(started["mobile"])
    form = CodeForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        try:
            found = redeem_code(code_id=UUID(started["code"]), mobile=number, code=form.cleaned_data["code"])
        except Refused as refused:
            form.add_error("code", _sentence(refused))
        else:
            if len(found) == 1:
                return _enter(request, found[0], started["next"])
            request.session[SESSION] = {"mobile": started["mobile"], "next": started["next"], "proven": True}
            return redirect("access_sign_in_account")
    return render(
        request,
        "access/code.html",
        {"form": form, "mobile": mask_mobile(number), "elsewhere": settings.JINLING_MESSAGING},
    )


@open_to_all
@never_cache
def choose(request: HttpRequest) -> HttpResponse:
    """Let the owner of a proven mobile number choose among its accounts."""
    started: dict[str, Any] | None = request.session.get(SESSION)
    if not started or not started.get("proven"):
        return redirect("access_sign_in")
    found = by_mobile(_opened(started["mobile"]))
    if request.method == "POST":
        for account in found:
            if str(account.pk) == request.POST.get("account"):
                return _enter(request, account, started["next"])
    return render(request, "access/choose.html", {"accounts": found})


@never_cache
def again(request: HttpRequest) -> HttpResponse:
    """Prove once more that the phone is at hand, before a step that asks for it."""
    back = safe_next(request)
    number = mobile_of(request.user) if isinstance(request.user, Account) else ""
    if not number:
        return redirect("account_reauthenticate")
    form = CodeForm(request.POST if "code" in request.POST else None)
    started: dict[str, Any] = request.session.get(SESSION_AGAIN) or {}
    problem = ""
    if request.method == "POST" and "code" not in request.POST:
        try:
            code_id = request_code(mobile=number, language=get_language() or "")
            started = request.session[SESSION_AGAIN] = {"code": str(code_id)}
        except Refused as refused:
            problem = _sentence(refused)
    elif request.method == "POST" and started and form.is_valid():
        try:
            redeem_code(code_id=UUID(started["code"]), mobile=number, code=form.cleaned_data["code"])
        except Refused as refused:
            form.add_error("code", _sentence(refused))
        else:
            request.session.pop(SESSION_AGAIN, None)
            record_authentication(request, request.user, method="code")
            return redirect(back)
    context = {"form": form, "next": back, "sent": bool(started), "mobile": mask_mobile(number), "problem": problem}
    return render(request, "access/again.html", context | {"elsewhere": settings.JINLING_MESSAGING})


def safe_next(request: HttpRequest) -> str:
    """Where to go after signing in: an address of this site only, else the home page."""
    wanted = request.POST.get("next") or request.GET.get("next") or ""
    if url_has_allowed_host_and_scheme(wanted, {request.get_host()}, require_https=request.is_secure()):
        return wanted
    return "/"


def _enter(request: HttpRequest, account: Account, back: str) -> HttpResponse:
    request.session.pop(SESSION, None)
    login(request, account, backend=BACKEND)
    record_authentication(request, account, method="code")
    UserSession.objects.create_from_request(request)
    audit.record(
        by=Actor(
            kind="account", id=str(account.pk), role="citizen", purpose="PATRQT", channel="web", patient=account.patient
        ),
        action="access.sign_in",
        target=f"Account/{account.pk}",
    )
    return redirect(back)


def _sentence(refused: Refused) -> str:
    problem = told(refused)
    return " ".join(part for part in (problem.text, problem.mend) if part)


def _closed(number: str) -> str:
    """The number as it may lie in the session's row."""
    return base64.b64encode(keys().seal(number, place="access.sign_in")).decode()


def _opened(closed: str) -> str:
    return keys().open(base64.b64decode(closed), place="access.sign_in")
