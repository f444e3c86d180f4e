"""Sessions released by draw: sign-up, and the receipt from which anyone can draw again."""

from __future__ import annotations

import json
from uuid import UUID

from django.contrib import messages
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _

from jinling.foundation.access.public import open_to_all, permission_required
from jinling.foundation.mpi import public as mpi
from jinling.kernel.outcomes import Refused
from jinling.services.scheduling.pages.asked import id_asked
from jinling.services.scheduling.pages.scope import FAMILY, family
from jinling.services.scheduling.public import choosing, draws, join_draw
from jinling.services.scheduling.rights import BOOK
from jinling.services.scheduling.rules.draws import check_receipt, draw_state
from jinling.services.scheduling.rules.refusals import PatientUnknown
from jinling.web.components import show, told
from jinling.web.requests import actor

SHOWN_TICKETS = 200


@open_to_all
def about(request: HttpRequest, session: int) -> HttpResponse:
    """What is drawn, until when one may sign up, and the commitment that was published before."""
    row = draws.draw_of(session)
    state = draw_state(
        opens_at=row.opens_at, closes_at=row.closes_at, drawn=row.drawn_at is not None, at=timezone.now()
    )
    context = {"draw": row, "session": row.session, "state": state, "tickets": row.tickets.count()}
    return show(request, "scheduling/draw.html", context)


@permission_required(BOOK, relation=FAMILY, level=3)
def sign_up(request: HttpRequest, session: int) -> HttpResponse:
    """One ticket a person."""
    row = draws.draw_of(session)
    by = actor(request)
    patients = family(by)
    shown = mpi.shown(by=by, ids=patients)
    tickets = draws.tickets_of(row.pk, patients)
    people = [(shown[patient], tickets.get(patient)) for patient in patients if patient in shown]
    context = {"draw": row, "session": row.session, "people": people}
    if request.method != "POST":
        return show(request, "scheduling/sign_up.html", context, private=True)
    patient = id_asked(request.POST.get("patient", ""))
    try:
        if patient is None or patient not in patients:
            raise PatientUnknown(where="patient")
        join_draw(by=by, session=session, patient=patient, route=choosing.portal_route().code)
    except Refused as refused:
        return show(
            request,
            "scheduling/sign_up.html",
            context | {"errors": [told(refused)]},
            status=refused.status,
            private=True,
        )
    messages.success(request, _("You take part. Note the ticket: it stands in the receipt after the draw."))
    return HttpResponseRedirect(reverse("scheduling:draw_sign_up", args=[session]))


@open_to_all
def receipt(request: HttpRequest, id_: UUID) -> HttpResponse:
    """The receipt of a draw that was held, checked again while you look; ``?format=json`` is the file itself."""
    row = draws.held_draw(id_)
    if request.GET.get("format") == "json":
        response = HttpResponse(json.dumps(row.receipt, ensure_ascii=False, indent=1), content_type="application/json")
        response["Content-Disposition"] = f'attachment; filename="draw-{row.pk}.json"'
        return response
    faults = check_receipt(row.receipt, published=row.commitment)
    problems = [_(one.text) % one.fields if one.fields else _(one.text) for one in faults]
    ranking = (row.receipt or {}).get("ranking", [])
    context = {
        "draw": row,
        "session": row.session,
        "problems": problems,
        "ranking": ranking[:SHOWN_TICKETS],
        "more": max(0, len(ranking) - SHOWN_TICKETS),
        "receipt": row.receipt,
    }
    return show(request, "scheduling/receipt.html", context)
