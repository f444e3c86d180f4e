"""A citizen's cards and the code of the electronic one."""

from __future__ import annotations

from uuid import UUID

from django.contrib import messages
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.urls import reverse
from django.utils.translation import gettext as _

from jinling.foundation.access import public as access
from jinling.foundation.mpi import public as mpi
from jinling.kernel.actor import Actor
from jinling.kernel.outcomes import Refused
from jinling.services.cards.models import Card
from jinling.services.cards.queries import cards_of, shown
from jinling.services.cards.rules.codes import LIFETIME
from jinling.services.cards.rules.life import UnknownCard
from jinling.services.cards.usecases.codes import present
from jinling.services.cards.usecases.life import report_lost
from jinling.web.components import show, told

FAMILY = ("self", "ward")
AHEAD = 5  # seconds before its end a code makes way for the next


def _family(by: Actor) -> list[UUID]:
    """People for whom the account may act, itself first; only those whose relation was checked."""
    return [person.patient for person in mpi.related(by.id) if person.verified]


def _own(by: Actor, card: UUID) -> Card:
    """A card of the account's family.

    Raises:
        UnknownCard: there is no such card, or it is somebody else's: the answer does not tell which.
    """
    row = Card.objects.select_related("issuer").filter(id=card).first()
    if row is None or not set(mpi.records(row.patient_id)) & set(_family(by)):
        raise UnknownCard(where="card")
    return row


@access.permission_required("cards.own", relation=FAMILY, level=4)
def cards(request: HttpRequest) -> HttpResponse:
    """The family's cards, each with what can be done."""
    by = request.actor  # type: ignore[attr-defined]
    family = _family(by)
    people = mpi.shown(by=by, ids=family)
    # Two records of one person in a family list have the same cards: each stands once.
    holders = {card: patient for patient in reversed(family) for card in cards_of(patient)}
    order = {patient: place for place, patient in enumerate(family)}
    rows = sorted(
        ({"card": card, "person": people.get(holders[card.id])} for card in shown(by=by, ids=holders)),
        key=lambda row: order[holders[row["card"].id]],
    )
    return show(request, "cards/own.html", {"rows": rows}, private=True)


@access.permission_required("cards.own", relation=FAMILY, level=4)
def code(request: HttpRequest, card: UUID) -> HttpResponse:
    """A fresh code for a card; the fragment asks for the next before this one ends."""
    by = request.actor  # type: ignore[attr-defined]
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


@access.permission_required("cards.own", relation=FAMILY, level=4)
def lost(request: HttpRequest, card: UUID) -> HttpResponse:
    """Report a card lost: asked once more, then done."""
    by = request.actor  # type: ignore[attr-defined]
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
