"""Clinics and their weekly schedules: rules, exceptions, publishing ahead."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.urls import reverse
from django.utils.translation import gettext as _

from jinling.foundation.access.public import permission_required
from jinling.foundation.directory import public as directory
from jinling.kernel.outcomes import Refused
from jinling.services.scheduling.models import Schedule
from jinling.services.scheduling.pages.asked import day_asked
from jinling.services.scheduling.pages.forms import ClinicForm, ExceptionForm, PublishForm, RuleForm, ScheduleForm
from jinling.services.scheduling.pages.scope import OWN, choosable_organizations, organization_for, works_for
from jinling.services.scheduling.public import (
    generate,
    open_clinic,
    planning,
    set_exception,
    set_rule,
    set_schedule,
    today as city_today,
)
from jinling.services.scheduling.rights import KEEP_SCHEDULES
from jinling.services.scheduling.rules.refusals import ScheduleExceptionUnknown, ScheduleUnknown
from jinling.web.components import show
from jinling.web.forms import StyledForm
from jinling.web.requests import actor


@permission_required(KEEP_SCHEDULES, relation=OWN)
def schedules(request: HttpRequest) -> HttpResponse:
    """An institution's clinics with their schedules; new ones are entered here."""
    organization = organization_for(request)
    by = actor(request)
    clinics = planning.clinics_of(organization.pk).order_by("-active", "category", "department", "name")
    choices = [(row.pk, row.name) for row in clinics]
    doctors = [
        (row.pk, f"{row.name} {row.title}".strip()) for row in directory.practitioners(organization=organization.code)
    ]
    asked = request.POST.get("form", "")
    clinic_form = ClinicForm(request.POST if asked == "clinic" else None)
    schedule_form = ScheduleForm(
        request.POST if asked == "schedule" else None,
        clinics=choices,
        doctors=doctors,
        initial={"valid_from": city_today()},
    )
    chosen: StyledForm | None = {"clinic": clinic_form, "schedule": schedule_form}.get(asked)
    if request.method == "POST" and chosen is not None and chosen.is_valid():
        try:
            if asked == "clinic":
                _open_clinic(by, organization.code, clinic_form.cleaned_data)
                messages.success(request, _("The clinic is open."))
                return HttpResponseRedirect(request.get_full_path())
            data = schedule_form.cleaned_data
            made = set_schedule(
                by=by,
                clinic=data["clinic"],
                practitioner=data["practitioner"],
                valid_from=data["valid_from"],
                valid_to=data["valid_to"],
                release=data["release"],
                fee_cents=data["fee"],
            )
            return HttpResponseRedirect(reverse("scheduling:schedule", args=[made.pk]))
        except Refused as refused:
            chosen.refuse(refused)
        except ValidationError as error:
            chosen.add_error(None, error.messages)
    plans: dict[int, list[Schedule]] = {}
    for plan in planning.schedules_of(organization.pk):
        plans.setdefault(plan.clinic_id, []).append(plan)
    context = {
        "organization": organization,
        "organizations": choosable_organizations(request),
        "clinic_form": clinic_form,
        "schedule_form": schedule_form,
        "rows": [(row, plans.get(row.pk, [])) for row in clinics],
        "asked": asked,
        "form": chosen,
    }
    failed = chosen is not None and bool(chosen.errors)
    return show(request, "scheduling/staff/schedules.html", context, status=422 if failed else 200)


@permission_required(KEEP_SCHEDULES, relation=OWN)
def one_schedule(request: HttpRequest, schedule: int) -> HttpResponse:
    """A schedule's weekly half-days and exceptions, and publishing ahead what they give."""
    row = planning.schedule(schedule)
    by = actor(request)
    if not works_for(by, row.clinic.organization.code):
        raise ScheduleUnknown(where=f"schedule {schedule}")
    asked = request.POST.get("form", "")
    forms: dict[str, StyledForm] = {
        "rule": RuleForm(request.POST if asked == "rule" else None),
        "exception": ExceptionForm(request.POST if asked == "exception" else None),
        "publish": PublishForm(
            request.POST if asked == "publish" else None, initial={"until": city_today() + timedelta(days=14)}
        ),
    }
    chosen = forms.get(asked)
    if request.method == "POST":
        try:
            if asked == "remove":
                set_exception(
                    by=by, schedule=row.pk, on=_exception_day(request), part=request.POST.get("part", ""), remove=True
                )
                messages.success(request, _("The exception is removed."))
                return HttpResponseRedirect(request.path)
            if chosen is not None and chosen.is_valid():
                messages.success(request, _carry_out(asked, by, row, chosen.cleaned_data))
                return HttpResponseRedirect(request.path)
        except Refused as refused:
            if chosen is None:
                raise
            chosen.refuse(refused)
    context = {
        "schedule": row,
        "rules": row.rules.order_by("weekday", "starts"),
        "forms": forms,
        "form": chosen,
        "exceptions": row.exceptions.filter(on__gte=city_today() - timedelta(days=7)).order_by("on", "part"),
        "sessions": row.sessions.filter(date__gte=city_today()).count(),
    }
    failed = chosen is not None and bool(chosen.errors)
    return show(request, "scheduling/staff/schedule.html", context, status=422 if failed else 200)


def _carry_out(asked: str, by: Any, row: Schedule, data: dict[str, Any]) -> str:
    if asked == "rule":
        set_rule(by=by, schedule=row.pk, **data)
        return _("The weekly half-day is kept. Sessions already published stay as they are.")
    if asked == "exception":
        set_exception(by=by, schedule=row.pk, **data)
        return _("The exception is kept. Close a session that is published already on its own page.")
    made = generate(by=by, until=data["until"], schedules=[row.pk])
    return _("%(n)s sessions are published.") % {"n": made}


def _exception_day(request: HttpRequest) -> Any:
    day = day_asked(request.POST.get("on", ""))
    if day is None:
        raise ScheduleExceptionUnknown(where="exception")
    return day


def _open_clinic(by: Any, organization: str, data: dict[str, Any]) -> None:
    values = {name: value for name, value in data.items() if name not in ("code", "name", "department", "fee")}
    open_clinic(
        by=by,
        organization=organization,
        code=data["code"],
        name=data["name"],
        department=data["department"],
        fee_cents=data["fee"],
        **values,
    )
