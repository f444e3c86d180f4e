"""Pages of the administrators: accounts and roles, the audit, emergencies that wait for judgement."""

from __future__ import annotations

from datetime import date, datetime, time, timedelta
from typing import Any
from uuid import UUID

from django import forms
from django.contrib import messages
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import redirect
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _, gettext_lazy
from django.views.decorators.http import require_POST

from jinling.foundation.access import public as access, rights
from jinling.foundation.access.guards import is_fresh, permission_required
from jinling.foundation.access.public import accounts as all_accounts, clients as all_clients, roles as all_roles
from jinling.foundation.access.rules.roles import PURPOSES
from jinling.foundation.access.rules.second_hand import JUDGEMENT, decision_of
from jinling.foundation.audit import public as audit
from jinling.kernel.outcomes import Refused
from jinling.web.components import show, told
from jinling.web.requests import actor

CONTROL = {"class": "form-control"}


# -- accounts and roles --------------------------------------------------------------------


@permission_required(rights.ACCOUNTS)
def accounts(request: HttpRequest) -> HttpResponse:
    """Staff accounts with their roles, API clients with their keys, and changes that wait for a second hand."""
    names = {str(account.pk): str(account) for account in all_accounts()}
    waiting = [
        {
            "id": change.pk,
            "account": change.account,
            "role": _label(change.role),
            "give": change.give,
            "scope": change.scope,
            "asked_by": names.get(change.asked_by, change.asked_by),
            "asked_at": change.asked_at,
            "decision": decision_of(actor(request).id, decided=False, concerned=access.concerned_by(change)),
        }
        for change in access.waiting_changes()
    ]
    rows = [
        {"account": account, "roles": [(_label(a.role), a.scope) for a in account.assignments.all()]}
        for account in all_accounts()
    ]
    clients = [
        {
            "client": client,
            "role": _label(client.role),
            "keys": [key.prefix for key in client.keys.all() if key.revoked_at is None],
        }
        for client in all_clients()
    ]
    return show(request, "access/accounts.html", {"rows": rows, "waiting": waiting, "clients": clients})


@permission_required(rights.ACCOUNTS)
def account(request: HttpRequest, key: UUID) -> HttpResponse:
    """One account's roles, and a form to ask for a change of them."""
    found = access.staff_account(key)
    problem = None
    if request.method == "POST":
        try:
            access.ask_role_change(
                by=actor(request),
                account=found,
                role=request.POST.get("role", ""),
                give=request.POST.get("give") == "1",
                scope=request.POST.get("scope", "").strip()[:40],
            )
        except Refused as refused:
            problem = told(refused, field="role")
        else:
            messages.success(request, _("Another security administrator now has to agree."))
            return redirect("access_accounts")
    held = [(row.role, _label(row.role), row.scope) for row in found.assignments.order_by("id")]
    roles = [(role.code, _label(role.code)) for role in all_roles().values() if role.kind == "staff"]
    context = {"account": found, "held": held, "roles": roles, "errors": [problem] if problem else []}
    return show(request, "access/account.html", context, status=422 if problem else 200)


@require_POST
@permission_required(rights.ACCOUNTS, fresh=True)
def decide(request: HttpRequest, change: UUID) -> HttpResponse:
    """Agree to a change of roles or turn it down."""
    agreed = request.POST.get("agreed") == "1"
    access.decide_role_change(by=actor(request), change=change, agreed=agreed)
    messages.success(request, _("The change was made.") if agreed else _("The change was turned down."))
    return redirect("access_accounts")


def _label(role: str) -> str:
    return _(all_roles()[role].label) if role in all_roles() else role


# -- the audit -----------------------------------------------------------------------------


class SearchForm(forms.Form):
    """What is looked for in the audit."""

    since = forms.DateField(label=gettext_lazy("From"), widget=forms.DateInput(attrs=CONTROL | {"type": "date"}))
    until = forms.DateField(label=gettext_lazy("To"), widget=forms.DateInput(attrs=CONTROL | {"type": "date"}))
    patient = forms.CharField(
        label=gettext_lazy("Patient (id)"), required=False, max_length=36, widget=forms.TextInput(attrs=CONTROL)
    )
    actor = forms.CharField(
        label=gettext_lazy("Who (id of the account or client)"),
        required=False,
        max_length=64,
        widget=forms.TextInput(attrs=CONTROL),
    )
    action = forms.CharField(
        label=gettext_lazy("Action, or its beginning"),
        required=False,
        max_length=60,
        widget=forms.TextInput(attrs=CONTROL),
    )
    organization = forms.CharField(
        label=gettext_lazy("Institution (code)"), required=False, max_length=40, widget=forms.TextInput(attrs=CONTROL)
    )

    def clean(self) -> dict[str, Any]:
        """The span ends after it starts."""
        found = super().clean() or {}
        if found.get("since") and found.get("until") and found["until"] < found["since"]:
            self.add_error("until", _("The end lies before the start."))
        return found


@permission_required(audit.rights.SEARCH)
def search(request: HttpRequest) -> HttpResponse:
    """Search the audit; the search leaves an entry itself."""
    today = timezone.localdate()
    asked = bool(request.GET.get("since"))
    form = SearchForm(request.GET if asked else None, initial={"since": today - timedelta(days=6), "until": today})
    rows: list[dict[str, Any]] = []
    if asked and form.is_valid():
        words = form.cleaned_data
        entries = audit.search(
            by=actor(request),
            since=_start(words["since"]),
            until=_start(words["until"] + timedelta(days=1)),
            actor=words["actor"],
            patient=words["patient"],
            action=words["action"],
            organization=words["organization"],
        )
        names = access.account_names([entry.actor for entry in entries])
        rows = [
            {
                "entry": entry,
                "who": names.get(entry.actor, entry.actor),
                "role": _label(entry.role),
                "what": _(audit.sentence(entry.action)),
                "why": _(PURPOSES[entry.purpose]) if entry.purpose in PURPOSES else entry.purpose,
            }
            for entry in entries
        ]
    return show(
        request, "access/audit.html", {"form": form, "asked": asked and form.is_valid(), "rows": rows}, private=True
    )


@require_POST
@permission_required(audit.rights.SEARCH)
def verify(request: HttpRequest) -> HttpResponse:
    """Recompute every chain and hold it against every signed head and exported root."""
    result = audit.verify(roots=audit.exported_roots())
    return show(request, "access/audit_verified.html", {"result": result})


def _start(day: date) -> datetime:
    return datetime.combine(day, time.min, tzinfo=timezone.get_default_timezone())


# -- emergencies ---------------------------------------------------------------------------


class ReasonForm(forms.Form):
    """Why care cannot wait."""

    reason = forms.CharField(
        label=gettext_lazy("Reason"), max_length=500, widget=forms.Textarea(attrs=CONTROL | {"rows": 3})
    )


@permission_required(rights.EMERGENCY, relation=("treating",), purpose="BTG", level=4, fresh=True)
def emergency(request: HttpRequest, patient: UUID) -> HttpResponse:
    """Ask for a reason, then open one patient's record for four hours."""
    form = ReasonForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        try:
            case = access.open_emergency_access(
                by=actor(request), patient=str(patient), reason=form.cleaned_data["reason"], fresh=is_fresh(request)
            )
        except Refused as refused:
            form.add_error("reason", told(refused).text)
        else:
            return show(request, "access/emergency_open.html", {"case": case}, private=True)
    return show(request, "access/emergency.html", {"form": form}, private=True)


@permission_required(rights.JUDGE)
def emergencies(request: HttpRequest) -> HttpResponse:
    """Emergency accesses that wait for judgement, oldest first, overdue ones marked."""
    cases = access.emergencies(waiting=request.GET.get("all") != "1")
    names = access.account_names([case.account for case in cases])
    rows = [
        {
            "case": case,
            "who": names.get(case.account, case.account),
            "decision": decision_of(actor(request).id, decided=not waits, concerned=[case.account]),
            "overdue": waits and timezone.now() > case.starts_at + access.JUDGED_WITHIN,
        }
        for case, waits in ((case, bool(JUDGEMENT.from_state(case.judgement))) for case in cases)
    ]
    return show(request, "access/emergencies.html", {"rows": rows, "all": request.GET.get("all") == "1"}, private=True)


@require_POST
@permission_required(rights.JUDGE)
def judge(request: HttpRequest, emergency: UUID) -> HttpResponse:
    """Judge one emergency access."""
    access.judge_emergency(
        by=actor(request),
        emergency=emergency,
        justified=request.POST.get("justified") == "1",
        remark=request.POST.get("remark", ""),
    )
    messages.success(request, _("Your judgement was kept."))
    return HttpResponseRedirect(reverse("access_emergencies"))
