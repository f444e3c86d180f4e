"""A citizen's own record: who looked at it, when, where from and why; and who may."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any
from uuid import UUID

from django.contrib import messages
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.urls import reverse
from django.utils.translation import gettext as _, gettext_noop
from django.views.decorators.http import require_POST

from jinling.channels.portal.rules import PatientUnknown
from jinling.foundation.access import public as access
from jinling.foundation.access.public import permission_required
from jinling.foundation.audit import public as audit
from jinling.foundation.directory import public as directory
from jinling.foundation.mpi import public as mpi
from jinling.kernel.actor import Actor
from jinling.kernel.outcomes import Refused
from jinling.web.components import show, told
from jinling.web.requests import actor

FAMILY = ("self", "ward")
PAGE = 50

TEXT_VERSION = "2026-1"
TEXT = gettext_noop("Hospitals that treat me may not see what other hospitals recorded about me, as far as I say here.")


def family(by: Actor) -> dict[str, str]:
    """Masked names of the people whose record the account may see, by patient id, itself first."""
    people = [person.patient for person in mpi.related(by.id) if person.verified]
    names = mpi.shown(by=by, ids=people)
    return {str(patient): names[patient].name for patient in people if patient in names}


def _chosen(request: HttpRequest, people: Mapping[str, str]) -> str:
    wanted = request.POST.get("patient") or request.GET.get("patient") or ""
    if wanted and wanted not in people:
        raise PatientUnknown(where=_("person"))
    return wanted or next(iter(people), "")


@permission_required(access.rights.OWN, relation=FAMILY, level=4)
def lookers(request: HttpRequest) -> HttpResponse:
    """Who looked at the record: newest first, what one did oneself only when asked for."""
    by = actor(request)
    people = family(by)
    patient = _chosen(request, people)
    own = request.GET.get("own") == "1"
    try:
        before = datetime.fromisoformat(request.GET["before"]) if request.GET.get("before") else None
    except ValueError:
        before = None
    entries: list[audit.Entry] = []
    if patient:
        records = [str(record) for record in mpi.records(patient)]
        with access.walled(records):
            entries = audit.about_patient(*records, limit=PAGE + 1, before=before, leaving_out="" if own else by.id)
    rows = [_row(entry, by) for entry in entries[:PAGE]]
    older = entries[PAGE - 1].at.isoformat() if len(entries) > PAGE else ""
    context = {"people": people, "patient": patient, "rows": rows, "own": own, "older": older}
    return show(request, "portal/lookers.html", context, private=True)


def _row(entry: audit.Entry, by: Actor) -> dict[str, Any]:
    role, purpose = access.roles().get(entry.role), access.PURPOSES.get(entry.purpose, "")
    return {
        "at": entry.at,
        "who": _("You") if entry.actor == by.id else _(role.label) if role else entry.role,
        "where": _organization(entry.organization),
        "what": _(audit.sentence(entry.action)),
        "why": _(purpose) if purpose else entry.purpose,
        "emergency": entry.purpose in ("BTG", "ETREAT"),
        "denied": entry.outcome == "denied",
    }


def _category(code: str) -> str:
    known = access.categories().get(code)
    return _(known.label) if known else code


def _organization(code: str) -> str:
    if not code:
        return ""
    try:
        return str(directory.get(code).name)
    except Refused:
        return code


@permission_required(access.rights.OWN, relation=FAMILY, level=4)
def consents(request: HttpRequest) -> HttpResponse:
    """Who may see the record: the words that stand, and a form for another."""
    by = actor(request)
    people = family(by)
    patient = _chosen(request, people)
    problem = None
    if request.method == "POST" and patient:
        try:
            organization = request.POST.get("organization", "").strip()
            code = directory.resolve(organization).code if organization else ""
            access.give_consent(
                by=by,
                patient=patient,
                decision=request.POST.get("decision", ""),
                text=TEXT,
                text_version=TEXT_VERSION,
                organization=code,
                categories=[name for name in request.POST.getlist("category") if name in access.categories()],
            )
        except Refused as refused:
            problem = told(refused, field="organization")
        else:
            messages.success(request, _("Your word counts from now on."))
            return HttpResponseRedirect(f"{reverse('portal:consents')}?patient={patient}")
    words = [
        {
            "id": word.pk,
            "decision": word.decision,
            "where": _organization(word.organization),
            "given_at": word.given_at,
            "categories": [_category(name) for name in word.categories],
        }
        for word in (access.standing_consents(patient) if patient else [])
    ]
    context = {
        "people": people,
        "patient": patient,
        "words": words,
        "categories": {code: category.label for code, category in access.categories().items()},
        "text": _(TEXT),
        "errors": [problem] if problem else [],
        "typed": request.POST,
    }
    return show(request, "portal/consents.html", context, status=422 if problem else 200, private=True)


@require_POST
@permission_required(access.rights.OWN, relation=FAMILY, level=4)
def withdraw(request: HttpRequest, consent: UUID) -> HttpResponse:
    """Withdraw a word; what the city presumes counts again at once."""
    by = actor(request)
    patient = _chosen(request, family(by))
    access.withdraw_consent(by=by, patient=patient, consent=consent)
    messages.success(request, _("Your word was withdrawn."))
    return HttpResponseRedirect(f"{reverse('portal:consents')}?patient={patient}")
