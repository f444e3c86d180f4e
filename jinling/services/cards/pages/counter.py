"""The counter: find a person, issue a card, change a card's state."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from django import forms
from django.contrib import messages
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.urls import reverse
from django.utils.translation import gettext as _, gettext_lazy
from django.views.decorators.http import require_POST

from jinling.foundation.access import public as access
from jinling.foundation.directory import public as directory
from jinling.foundation.mpi import public as mpi
from jinling.kernel.actor import Actor
from jinling.kernel.outcomes import Refused
from jinling.services.cards import rights
from jinling.services.cards.models import Card
from jinling.services.cards.public import VERBS, by_number, card_by_id, cards_of, issue, shown
from jinling.services.cards.rules.life import CardUnknown, GuardianUnknown, PatientUnknown, steps_allowed
from jinling.services.cards.values import NewCard, ShownCard
from jinling.web.components import Action, Problem, show, told
from jinling.web.forms import StyledForm
from jinling.web.requests import actor

RELATIONS = ("present", "named")
# A step as the button that takes it.
LABELS = {
    "issue": gettext_lazy("Hand out"),
    "activate": gettext_lazy("Take into use"),
    "lose": gettext_lazy("Lost"),
    "find": gettext_lazy("Found again"),
    "replace": gettext_lazy("Replace"),
    "cancel": gettext_lazy("Cancel the card"),
}


class IssueForm(StyledForm):
    """A card for the person at the counter."""

    kind = forms.ChoiceField(label=gettext_lazy("Kind"), choices=Card.Kind.choices)
    guardian = forms.CharField(
        label=gettext_lazy("Guardian's identity card number"),
        required=False,
        max_length=30,
        help_text=gettext_lazy("For a child's card only."),
        widget=forms.TextInput({"autocomplete": "off"}),
    )


@access.permission_required(rights.READ, relation=RELATIONS, level=4)
def counter(request: HttpRequest) -> HttpResponse:
    """Find a person by the number of a document or card, typed or read; numbers never stand in addresses."""
    errors: list[Problem] = []
    if request.method == "POST":
        text = request.POST.get("number", "")[:60]
        try:
            patient = _patient(text, request.POST.get("system", "resident_id"))
        except Refused as refused:
            errors = [told(refused, field="number")]
        else:
            return HttpResponseRedirect(reverse("cards:holder", args=[patient]))
    documents = {"resident_id": _("Identity card number"), "passport": _("Passport")}
    systems = [("card", _("Card number")), *mpi.document_labels(documents)]
    return show(
        request,
        "cards/staff/counter.html",
        {"errors": errors, "systems": systems},
        private=True,
        status=422 if errors else 200,
    )


def _patient(text: str, system: str) -> UUID:
    """Whose number this is.

    Raises:
        IdentifierInvalid, CardUnknown, PatientUnknown: it is no such number, or nobody's.
    """
    if system == "card":
        return card_by_id(by_number(text)).patient_id
    found = mpi.find(system=system, value=text)
    if found is None:
        raise PatientUnknown(where="number")
    return found


@access.permission_required(rights.READ, relation=RELATIONS, level=4)
def holder(request: HttpRequest, patient: UUID) -> HttpResponse:
    """A person's cards, and a new one."""
    by = actor(request)
    person = mpi.shown(by=by, ids=[patient]).get(patient)
    if person is None:
        raise PatientUnknown(where="patient")
    may_issue = access.has(by, rights.ISSUE)
    form = IssueForm(request.POST or None)
    if request.method == "POST" and may_issue and form.is_valid():
        try:
            _issue(by, patient, form.cleaned_data)
        except Refused as refused:
            form.refuse(refused)
        else:
            messages.success(request, _("The card is issued."))
            return HttpResponseRedirect(reverse("cards:holder", args=[patient]))
    rows = [
        {"card": card, "actions": _actions(card, by) if may_issue else []}
        for card in shown(by=by, ids=cards_of(patient))
    ]
    context = {"person": person, "rows": rows, "form": form, "may_issue": may_issue}
    return show(request, "cards/staff/holder.html", context, private=True, status=422 if form.errors else 200)


def _actions(card: ShownCard, by: Actor) -> list[Action]:
    """What the counter may do with a card now."""
    return [
        Action(
            str(LABELS[step]),
            reverse("cards:step", args=[card.id, step]),
            "outline-danger" if step == "cancel" else "outline-primary",
        )
        for step in steps_allowed(card.state, issuer=card.issuer_code, institution=by.organization)
    ]


def _issue(by: Actor, patient: UUID, data: dict[str, Any]) -> None:
    guardian = None
    if data["guardian"]:
        guardian = mpi.find(system="resident_id", value=data["guardian"])
        if guardian is None:
            raise GuardianUnknown(where="guardian")
    issue(by=by, issuer=directory.own(by).pk, card=NewCard(patient, data["kind"], guardian))


@require_POST
@access.permission_required(rights.ISSUE, relation=RELATIONS, level=4)
def step(request: HttpRequest, card: UUID, step: str) -> HttpResponse:
    """One step of a card's life."""
    row = card_by_id(card)
    if step not in VERBS:
        raise CardUnknown(where="card")
    try:
        VERBS[step](by=actor(request), card=card)
    except Refused as refused:
        problem = told(refused)
        messages.error(request, f"{problem.text} {problem.mend}".strip())
    else:
        messages.success(request, _("Done."))
    return HttpResponseRedirect(reverse("cards:holder", args=[row.patient_id]))
