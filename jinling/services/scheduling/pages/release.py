"""Release policies, kept shares and penalties."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _

from jinling.foundation.access.public import permission_required
from jinling.foundation.mpi import public as mpi
from jinling.kernel.outcomes import Refused
from jinling.services.scheduling.pages.forms import LiftForm, PolicyForm, ShareForm, WindowForm
from jinling.services.scheduling.pages.scope import CITY, OWN, choosable_organizations, organization_for
from jinling.services.scheduling.public import (
    lift_suspension,
    planning,
    set_policy,
    set_pool_share,
    set_release_window,
    suspensions,
    today as city_today,
)
from jinling.services.scheduling.rights import KEEP_POLICIES, LIFT_PENALTIES
from jinling.services.scheduling.rules.kinds import Audience
from jinling.services.scheduling.rules.limits import suspension_state
from jinling.web.components import show
from jinling.web.forms import StyledForm
from jinling.web.requests import actor


@permission_required(KEEP_POLICIES, relation=CITY)
def policy(request: HttpRequest) -> HttpResponse:
    """When an institution's numbers may be booked, what is kept for whom, and its booking rules."""
    organization = organization_for(request)
    by = actor(request)
    own = planning.own_policy(organization.pk)
    row = own or planning.city_policy()
    windows = list(planning.windows_of(organization.pk))
    general = {window.audience: window for window in windows if not window.channel_kind}
    asked = request.POST.get("form", "")
    codes = [(Audience.COMMUNITY, _("Community")), *planning.kinds()]

    def posted(name: str) -> Any:
        return request.POST if asked == name else None

    forms: dict[str, StyledForm] = {
        **{
            audience: WindowForm(
                posted(audience),
                prefix=audience,
                initial={
                    "first_day": general[audience].first_day if audience in general else None,
                    "last_day": general[audience].last_day if audience in general else None,
                    "valid_from": city_today(),
                },
            )
            for audience in Audience
        },
        "share": ShareForm(posted("share"), codes=codes),
        "policy": PolicyForm(posted("policy"), initial={name: getattr(row, name) for name in PolicyForm.base_fields}),
    }
    chosen = forms.get(asked)
    if request.method == "POST" and chosen is not None and chosen.is_valid():
        try:
            _write(asked, by, organization.pk, chosen.cleaned_data)
            messages.success(request, _("The policy is kept."))
            return HttpResponseRedirect(request.get_full_path())
        except Refused as refused:
            chosen.refuse(refused)
    context = {
        "organization": organization,
        "organizations": choosable_organizations(request),
        "windows": windows,
        "city_windows": planning.windows_of(None),
        "shares": planning.shares_of(organization.pk),
        "forms": forms,
        "form": chosen,
        "own": own,
        "city_shares": planning.shares_of(None),
        "codes": dict(codes),
    }
    failed = chosen is not None and bool(chosen.errors)
    return show(request, "scheduling/staff/release.html", context, status=422 if failed else 200)


def _write(asked: str, by: Any, organization: int, data: dict[str, Any]) -> None:
    if asked == "share":
        set_pool_share(by=by, organization=organization, **data)
    elif asked == "policy":
        set_policy(by=by, organization=organization, **data)
    else:
        days = None if data["first_day"] is None else (data["first_day"], data["last_day"])
        set_release_window(by=by, organization=organization, audience=asked, days=days, valid_from=data["valid_from"])


@permission_required(LIFT_PENALTIES, relation=OWN, level=3)
def penalties(request: HttpRequest) -> HttpResponse:
    """Who may not book, why and until when."""
    by = actor(request)
    current = request.GET.get("all") != "1"
    rows = list(suspensions(current_at=timezone.now() if current else None))
    people = mpi.shown(by=by, ids={row.patient_id for row in rows})
    now = timezone.now()
    states = [suspension_state(ends_at=row.ends_at, lifted_at=row.lifted_at, at=now) for row in rows]
    context = {"rows": list(zip(rows, states, strict=True)), "people": people, "current": current}
    return show(request, "scheduling/staff/penalties.html", context, private=True)


@permission_required(LIFT_PENALTIES, relation=OWN, level=3)
def lift(request: HttpRequest, suspension: int) -> HttpResponse:
    """Lift one suspension; the reason is asked for and kept."""
    by = actor(request)
    row = planning.suspension(suspension)
    form = LiftForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        try:
            lift_suspension(by=by, suspension=suspension, reason=form.cleaned_data["reason"])
        except Refused as refused:
            form.refuse(refused)
        else:
            messages.success(request, _("The suspension is lifted."))
            return HttpResponseRedirect(reverse("scheduling:penalties"))
    context = {"row": row, "form": form, "person": mpi.shown(by=by, ids=[row.patient_id]).get(row.patient_id)}
    return show(request, "scheduling/staff/lift.html", context, status=422 if form.errors else 200, private=True)
