"""Where an account is signed in: its sessions and devices, each of which its owner ends."""

from __future__ import annotations

from allauth.usersessions.models import UserSession
from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from jinling.foundation.access.guards import actor_of, is_fresh, to_step_up
from jinling.foundation.access.models import Account
from jinling.foundation.access.rules.devices import browser_of, system_of
from jinling.foundation.access.rules.refusals import SignInUnknown
from jinling.foundation.audit import public as audit
from jinling.kernel.actor import Actor
from jinling.web.components import show


def sessions(request: HttpRequest) -> HttpResponse:
    """The account's open sessions, this one first."""
    rows = [
        {
            "id": row.pk,
            "device": f"{browser_of(row.user_agent)} {system_of(row.user_agent)}".strip(),
            "address": row.ip,
            "since": row.created_at,
            "here": row.session_key == request.session.session_key,
        }
        for row in UserSession.objects.purge_and_list(_account(request))
    ]
    rows.sort(key=lambda row: (not row["here"], -row["since"].timestamp()))
    layout = "web/staff.html" if _account(request).kind == Account.Kind.STAFF else "web/base.html"
    return show(request, "access/sessions.html", {"rows": rows, "layout": layout}, private=True)


@require_POST
def end(request: HttpRequest) -> HttpResponse:
    """End one of the account's other sessions (``session``), or all of them, after a proof of the last five minutes.

    Raises:
        SignInUnknown: the account has no such session.
    """
    if not is_fresh(request):
        return to_step_up(request, back=reverse("usersessions_list"))
    mine = UserSession.objects.filter(user=_account(request)).exclude(session_key=request.session.session_key)
    wanted = request.POST.get("session", "")
    if wanted:
        mine = mine.filter(pk=wanted if wanted.isdecimal() and len(wanted) < 19 else 0)
    ended = list(mine)
    if wanted and not ended:
        raise SignInUnknown(where=_("session"))
    by = actor_of(request) or Actor(kind="account", id=str(request.user.pk), role="")
    for row in ended:
        row.end()
    audit.record(
        by=by, action="access.end_sessions", target=f"Account/{request.user.pk}", detail={"sessions": len(ended)}
    )
    messages.success(request, _("Ended. Whoever used it has to sign in again."))
    return redirect("usersessions_list")


def _account(request: HttpRequest) -> Account:
    account: Account = request.user  # type: ignore[assignment]
    return account
