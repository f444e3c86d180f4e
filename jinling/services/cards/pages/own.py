"""A citizen's cards and the code of the electronic one."""

from __future__ import annotations

from uuid import UUID

from django import forms
from django.contrib import messages
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _, gettext_lazy
from django.views.decorators.http import require_POST

from jinling.foundation.access import public as access
from jinling.foundation.directory import public as directory
from jinling.foundation.mpi import public as mpi
from jinling.kernel.actor import Actor
from jinling.kernel.ages import age_on
from jinling.kernel.outcomes import Refused
from jinling.services.cards import rights
from jinling.services.cards.models import Card
from jinling.services.cards.public import apply, cancel, card_by_id, cards_of, present, report_lost, shown
from jinling.services.cards.rules.codes import LIFETIME
from jinling.services.cards.rules.life import APPLIED_FOR, CHILD_UNTIL, HOLDER, CardKind, CardUnknown
from jinling.services.cards.values import NewCard
from jinling.web.components import show, told
from jinling.web.forms import StyledForm
from jinling.web.requests import actor

FAMILY = ("self", "ward")
AHEAD = 5  # seconds before its end a code makes way for the next


def _family(by: Actor) -> list[UUID]:
    """People for whom the account may act, itself first; only those whose relation was checked."""
    return [person.patient for person in mpi.related(by.id) if person.verified]


def _own(by: Actor, card: UUID) -> Card:
    """A card of the account's family.

    Raises:
        CardUnknown: there is no such card, or it is somebody else's: the answer does not tell which.
    """
    row = card_by_id(card)
    if not set(mpi.records(row.patient_id)) & set(_family(by)):
        raise CardUnknown(where="card")
    return row


@access.permission_required(rights.OWN, relation=FAMILY, level=4)
def cards(request: HttpRequest) -> HttpResponse:
    """The family's cards, each with what can be done."""
    by = actor(request)
    family = _family(by)
    people = mpi.shown(by=by, ids=family)
    # Two records of one person in a family list have the same cards: each stands once.
    holders = {card: patient for patient in reversed(family) for card in cards_of(patient)}
    order = {patient: place for place, patient in enumerate(family)}
    found = sorted(shown(by=by, ids=holders), key=lambda card: order[holders[card.id]])
    rows = [
        {"card": card, "person": people.get(holders[card.id]), "steps": HOLDER.from_state(card.state)} for card in found
    ]
    return show(request, "cards/own.html", {"rows": rows}, private=True)


@access.permission_required(rights.OWN, relation=FAMILY, level=4)
def code(request: HttpRequest, card: UUID) -> HttpResponse:
    """A fresh code for a card; the fragment asks for the next before this one ends."""
    by = actor(request)
    row = _own(by, card)
    context = {
        "card": row,
        "seconds": int(LIFETIME.total_seconds()),
        "refresh": int(LIFETIME.total_seconds()) - AHEAD,
        "text": "",
        "errors": [],
    }
    try:
        context["text"] = present(by=by, card=row.id)[0]
    except Refused as refused:
        context["errors"] = [told(refused)]
    return show(
        request,
        "cards/code.html",
        context,
        part="cards/parts/code.html",
        private=True,
        status=409 if context["errors"] else 200,
    )


@access.permission_required(rights.OWN, relation=FAMILY, level=4)
def lost(request: HttpRequest, card: UUID) -> HttpResponse:
    """Report a card lost: asked once more, then done."""
    by = actor(request)
    row = _own(by, card)
    errors = []
    if request.method == "POST":
        try:
            report_lost(by=by, card=row.id)
        except Refused as refused:
            errors = [told(refused)]
        else:
            messages.success(request, _("The card is locked. A counter gives you a new one."))
            return HttpResponseRedirect(reverse("cards:own"))
    card_shown = shown(by=by, ids=[row.id])[0]
    return show(
        request, "cards/lost.html", {"card": card_shown, "errors": errors}, private=True, status=409 if errors else 200
    )


class ApplyForm(StyledForm):
    """A card for one of the family; below 14 years it is a child's card, whose guardian is the account's holder."""

    patient = forms.ChoiceField(label=gettext_lazy("For whom"))
    issuer = forms.ChoiceField(label=gettext_lazy("Institution that issues the card"))
    kind = forms.ChoiceField(
        label=gettext_lazy("Kind"),
        choices=[choice for choice in Card.Kind.choices if choice[0] in APPLIED_FOR],
        help_text=gettext_lazy("Children below 14 get a child's card."),
    )


@access.permission_required(rights.OWN, relation=FAMILY, level=4)
def apply_for(request: HttpRequest) -> HttpResponse:
    """Apply for a card; a counter of the institution hands it out."""
    by = actor(request)
    family = _family(by)
    people = mpi.shown(by=by, ids=family)
    form = ApplyForm(request.POST or None)
    form.fields["patient"].choices = [  # type: ignore[attr-defined]
        (str(key), f"{people[key].name} {people[key].identifier}") for key in family if key in people
    ]
    form.fields["issuer"].choices = [  # type: ignore[attr-defined]
        (row.code, row.name) for row in directory.organizations().filter(kind="hospital")
    ]
    if request.method == "POST" and form.is_valid():
        patient = UUID(form.cleaned_data["patient"])
        kind, guardian = form.cleaned_data["kind"], None
        born = people[patient].birth_date
        if born is not None and age_on(born, timezone.localdate()) < CHILD_UNTIL:
            kind = CardKind.CHILD
            guardian = next((key for key in family if _grown_up(people.get(key))), None)
        try:
            apply(
                by=by,
                issuer=directory.get(form.cleaned_data["issuer"]).pk,
                card=NewCard(patient, kind, guardian),
            )
        except Refused as refused:
            form.refuse(refused)
        else:
            messages.success(request, _("Applied for. The counter of the institution hands the card out."))
            return HttpResponseRedirect(reverse("cards:own"))
    return show(
        request,
        "cards/apply.html",
        {"form": form, "family": bool(people)},
        private=True,
        status=422 if form.errors else 200,
    )


def _grown_up(person: mpi.ShownPatient | None) -> bool:
    born = person.birth_date if person else None
    return born is not None and age_on(born, timezone.localdate()) >= 18


@require_POST
@access.permission_required(rights.OWN, relation=FAMILY, level=4)
def withdraw(request: HttpRequest, card: UUID) -> HttpResponse:
    """Take an application back."""
    by = actor(request)
    row = _own(by, card)
    HOLDER.after(row.state, "withdraw", where="card")
    cancel(by=by, card=row.id, reason="withdrawn")
    messages.success(request, _("The application is taken back."))
    return HttpResponseRedirect(reverse("cards:own"))
