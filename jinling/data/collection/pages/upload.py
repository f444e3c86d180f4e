"""Send a file: with script two bars tell how far it is, without it is a plain form."""

from __future__ import annotations

from itertools import groupby
from typing import Any

from django.conf import settings
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _

from jinling.data.collection import overview
from jinling.data.collection.catalogue.reading import catalogue
from jinling.data.collection.pages.scope import OWN, own_organization
from jinling.data.collection.public import declared_by, limits, receive
from jinling.data.collection.rights import SUBMIT
from jinling.data.collection.rules import Channel, check_one_request
from jinling.data.collection.wordings import group_name
from jinling.foundation.access import public as access
from jinling.foundation.directory import public as directory
from jinling.kernel.outcomes import Refused
from jinling.web.components import Problem, show, told
from jinling.web.requests import actor

SILENT_AFTER = 3  # days


@access.permission_required(SUBMIT, relation=OWN, level=4)
def upload(request: HttpRequest) -> HttpResponse:
    """Choose a data set, choose or drop a file, send it. ``?data_set=`` comes chosen."""
    organization = own_organization(request)
    chosen = request.POST.get("data_set", "") or request.GET.get("data_set", "")
    choices = _choices(organization)
    errors: list[Problem] = []
    if request.method == "POST":
        file = request.FILES.get("file")
        if chosen not in {code for _group, listed in choices for code, _title in listed}:
            errors.append(Problem(_("Choose a data set of your list."), field="data_set"))
        if file is None:
            errors.append(Problem(_("Choose a file."), _("CSV, XLSX, JSON Lines or Parquet."), field="file"))
        elif not errors:
            try:
                check_one_request(file.size or 0, most=settings.UPLOAD_LIMIT_OF_ONE_REQUEST)
                one, repeated = receive(
                    by=actor(request),
                    stream=file,
                    file_name=file.name or "",
                    data_set=chosen,
                    organization=organization.code,
                    channel=Channel.PAGE,
                )
            except Refused as refused:
                errors.append(told(refused, field="file"))
            else:
                address = reverse("collection:submission", args=[one.pk])
                return HttpResponseRedirect(f"{address}?again=1" if repeated else address)
    context = {
        "organization": organization,
        "choices": choices,
        "chosen": chosen,
        "errors": errors,
        "repair": bool(request.GET.get("repair")),
        "reminders": _reminders(organization),
        "most": min(settings.UPLOAD_LIMIT_OF_ONE_REQUEST, limits().file_bytes),
        "limit": limits().file_bytes,
    }
    return show(request, "collection/upload.html", context, status=422 if errors else 200)


def _choices(organization: directory.Organization) -> list[tuple[str, list[tuple[str, str]]]]:
    """The institution's list by group: what it declared first, then the rest."""
    declared = declared_by(organization.pk, on=timezone.localdate())
    listed: list[Any] = list(catalogue().required_of(overview.required_of(organization), on=timezone.localdate()))
    mine = [(one.code, f"{one.title} ({one.code})") for one in listed if one.code in declared]
    others = [one for one in listed if one.code not in declared]
    groups = [
        (group_name(group), [(one.code, f"{one.title} ({one.code})") for one in members])
        for group, members in groupby(others, key=lambda one: one.group)
    ]
    return [(_("Declared by you"), mine), *groups] if mine else groups


def _reminders(organization: directory.Organization) -> list[str]:
    """What the institution is reminded of by message too: days without an upload, rejected rows that wait."""
    told = []
    last = overview.last_upload(organization.pk)
    silent = (timezone.localdate() - last).days if last else 0
    if silent > SILENT_AFTER:
        told.append(_("Nothing was sent for %(n)s days.") % {"n": silent})
    waiting = overview.rejections_of(organization.pk).filter(open_rows__gt=0).count()
    if waiting:
        told.append(_("Rejected rows of %(n)s files wait for repair.") % {"n": waiting})
    return told
