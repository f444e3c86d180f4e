"""Sessions by week: numbers, pools, closing a session, release by draw."""

from __future__ import annotations

from datetime import timedelta

from django.contrib import messages
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _

from jinling.foundation.access.public import permission_required
from jinling.foundation.mpi import public as mpi
from jinling.kernel.outcomes import Refused
from jinling.services.scheduling.models import Session
from jinling.services.scheduling.pages.asked import day_asked
from jinling.services.scheduling.pages.forms import CapacityForm, CloseForm, DrawForm
from jinling.services.scheduling.pages.scope import OWN, choosable_organizations, organization_for, works_for
from jinling.services.scheduling.public import (
    announce_draw,
    close_session,
    draws,
    planning,
    set_capacity,
    today as city_today,
)
from jinling.services.scheduling.rights import KEEP_SCHEDULES
from jinling.services.scheduling.rules.kinds import SessionStatus
from jinling.services.scheduling.rules.refusals import SessionUnknown
from jinling.services.scheduling.rules.steps import offered_for_session
from jinling.web.components import show
from jinling.web.requests import actor

MOST_NAMED = 100


@permission_required(KEEP_SCHEDULES, relation=OWN)
def week(request: HttpRequest) -> HttpResponse:
    """A week of sessions with their numbers and how many are taken."""
    organization = organization_for(request)
    day = day_asked(request.GET.get("day", "")) or city_today()
    monday = day - timedelta(days=day.weekday())
    clinics = list(planning.clinics_of(organization.pk).order_by("category", "name").values_list("pk", "name"))
    clinic = request.GET.get("clinic", "")
    rows = planning.week_of(organization.pk, monday, clinic=int(clinic) if clinic.isdigit() else None)
    by_day: dict[object, list[Session]] = {monday + timedelta(days=n): [] for n in range(7)}
    for row in rows[:700]:
        by_day[row.date].append(row)
    context = {
        "organization": organization,
        "organizations": choosable_organizations(request),
        "clinics": clinics,
        "clinic": clinic,
        "days": list(by_day.items()),
        "monday": monday,
        "previous": monday - timedelta(days=7),
        "next": monday + timedelta(days=7),
        "today": city_today(),
    }
    return show(request, "scheduling/staff/week.html", context, part="scheduling/staff/parts/week.html")


def own_session(request: HttpRequest, session: int) -> Session:
    """A session of the organisation that the member of staff works for.

    Raises:
        SessionUnknown: there is none, or it is another organisation's.
    """
    row = planning.session(session)
    if not works_for(actor(request), row.organization.code):
        raise SessionUnknown(where=str(session))
    return row


@permission_required(KEEP_SCHEDULES, relation=OWN)
def one_session(request: HttpRequest, session: int) -> HttpResponse:
    """A session with its pools; more or fewer numbers; release by draw."""
    row = own_session(request, session)
    by = actor(request)
    asked = request.POST.get("form", "")
    capacity = CapacityForm(request.POST if asked == "capacity" else None, initial={"capacity": row.capacity})
    draw_form = DrawForm(request.POST if asked == "draw" else None)
    status = 200
    chosen = {"capacity": capacity, "draw": draw_form}.get(asked)
    if request.method == "POST" and chosen is not None:
        if chosen.is_valid():
            try:
                if asked == "capacity":
                    set_capacity(by=by, session=session, capacity=capacity.cleaned_data["capacity"])
                    messages.success(request, _("The numbers are changed."))
                else:
                    announce_draw(
                        by=by,
                        session=session,
                        opens_at=draw_form.cleaned_data["opens_at"],
                        closes_at=draw_form.cleaned_data["closes_at"],
                    )
                    messages.success(request, _("The draw is announced; its commitment is public."))
                return HttpResponseRedirect(request.path)
            except Refused as refused:
                chosen.refuse(refused)
        status = 422
    draw = draws.draw_in(row.pk)
    context = {
        "session": row,
        "pools": row.pools.order_by("pk"),
        "capacity": capacity,
        "draw_form": draw_form,
        "draw": draw,
        "steps": offered_for_session(
            row.status, row.starts_at, drawn=draw is not None, touched=row.appointments.exists(), at=timezone.now()
        ),
    }
    return show(request, "scheduling/staff/session.html", context, status=status)


@permission_required(KEEP_SCHEDULES, relation=OWN, level=3)
def close(request: HttpRequest, session: int) -> HttpResponse:
    """Preview who would be told, then close the session."""
    row = own_session(request, session)
    by = actor(request)
    form = CloseForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        told_count = close_session(by=by, session=session, reason=form.cleaned_data["reason"])
        messages.success(request, _("The session is closed; %(n)s patients are told.") % {"n": told_count})
        return HttpResponseRedirect(reverse("scheduling:session", args=[session]))
    booked = planning.held_in(row.pk)
    total = booked.count()
    named = list(booked[:MOST_NAMED])
    people = mpi.shown(by=by, ids=[a.patient_id for a in named])
    context = {
        "session": row,
        "closed": row.status == SessionStatus.CLOSED,
        "form": form,
        "total": total,
        "named": named,
        "people": people,
        "more": total - len(named),
    }
    return show(request, "scheduling/staff/close.html", context, status=422 if form.errors else 200, private=True)
