"""Institutions as they were on a day, and one of them through all its days."""

from __future__ import annotations

from datetime import date
from typing import Any

from django.contrib import messages
from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from jinling.channels.registry.pages.wordings import PASSAGES, STEPS, said
from jinling.foundation.access import public as access
from jinling.foundation.directory import public as directory
from jinling.kernel.outcomes import Refused
from jinling.web.components import Cell, Chip, Column, Table, show, told
from jinling.web.requests import actor
from jinling.web.templatetags.jinling import day_long

A_PAGE = 50


@access.permission_required(directory.rights.KEEP)
def listed(request: HttpRequest) -> HttpResponse:
    """Institutions by name, alias or pinyin, as they were on a day."""
    on, text = _day(request), request.GET.get("q", "").strip()[:60]
    ids = [row.pk for row in directory.search(text, limit=1000, active=None)] if text else None
    found = list(directory.as_of(on, ids=ids).values())
    page = Paginator(found, A_PAGE).get_page(request.GET.get("page"))
    districts = directory.districts_as_of(on)
    table = Table(
        _("Institutions on %(day)s") % {"day": day_long(on)},
        [
            Column(_("Institution")),
            Column(_("Code")),
            Column(_("Kind of institution")),
            Column(_("Ownership")),
            Column(_("District")),
            Column(_("State")),
        ],
        [
            [
                Cell(one.name, reverse("registry:institution", args=[one.code])),
                one.code,
                said("kind", one.kind),
                said("ownership", one.ownership),
                districts[one.district].name if one.district else "—",
                _state(active=one.active),
            ]
            for one in page
        ],
        _("No institution is written so."),
    )  # fmt: skip
    context = {"table": table, "page": page, "q": text, "on": on, "total": len(found)}
    return show(request, "registry/institutions.html", context)


@access.permission_required(directory.rights.KEEP)
def one(request: HttpRequest, code: str) -> HttpResponse:
    """One institution: what is believed of all its days, what was believed before, what can be done."""
    return _shown(request, directory.get(code))


@require_POST
@access.permission_required(directory.rights.KEEP)
def also_called(request: HttpRequest, code: str) -> HttpResponse:
    """Let another way of writing mean an institution."""
    row = directory.get(code)
    try:
        added = directory.alias(by=actor(request), code=row.code, name=request.POST.get("name", "").strip()[:200])
    except Refused as refused:
        return _shown(request, row, refused)
    messages.success(request, _("%(name)s is understood now.") % {"name": added.name})
    return redirect("registry:institution", code=row.code)


@require_POST
@access.permission_required(directory.rights.KEEP)
def no_longer_called(request: HttpRequest, code: str) -> HttpResponse:
    """Let a way of writing that was added mean an institution no longer."""
    row, name = directory.get(code), request.POST.get("name", "")[:200]
    try:
        directory.unalias(by=actor(request), code=row.code, name=name)
    except Refused as refused:
        return _shown(request, row, refused)
    messages.success(request, _("%(name)s is not understood any longer.") % {"name": name})
    return redirect("registry:institution", code=row.code)


def _shown(request: HttpRequest, row: directory.Organization, refused: Refused | None = None) -> HttpResponse:
    versions = directory.history(row.pk)
    believed = [version for version in versions if version.superseded_at is None]
    given_up = [version for version in versions if version.superseded_at is not None]
    names = sorted({alias.name for alias in row.aliases.all()} - {row.name, row.name_en})
    # What it was called on any day stays its own.
    called = {name for version in believed for name in (version.name, version.name_en)}
    steps = [
        (STEPS[step], reverse("registry:change", args=[row.code, step]))
        for step in STEPS
        if step not in ((directory.Step.REOPEN,) if row.active else (directory.Step.CLOSE,))
    ]
    facts = [row.code, said("kind", row.kind), said("ownership", row.ownership)]
    facts += [row.district.name if row.district else ""]
    facts += [_("part of %(whole)s") % {"whole": row.part_of.name} if row.part_of else ""]
    context = {
        "row": row,
        "state": _state(active=row.active).chip,
        "facts": [fact for fact in facts if fact],
        "timeline": _versions(_("What holds from which day"), believed),
        "given_up": _versions(_("What was believed before"), given_up) if given_up else None,
        "successions": _successions(row),
        "names": [(name, name not in called) for name in names],
        "steps": steps,
        "errors": [told(refused, field="name")] if refused else [],
    }
    return show(request, "registry/institution.html", context, status=422 if refused else 200)


def _versions(caption: str, rows: list[Any]) -> Table:
    return Table(
        caption,
        [
            Column(_("From"), whole=True),
            Column(_("Until before"), whole=True),
            Column(_("Name of the institution")),
            Column(_("Kind of institution")),
            Column(_("Ownership")),
            Column(_("District")),
            Column(_("Part of")),
            Column(_("State")),
            Column(_("Said by")),
            Column(_("Recorded"), whole=True),
        ],
        [
            [
                _("always") if row.from_on == directory.EARLIEST else str(row.from_on),
                str(row.until_on) if row.until_on else "—",
                row.name,
                said("kind", row.kind),
                said("ownership", row.ownership),
                row.district.name if row.district else "—",
                row.part_of.name if row.part_of else "—",
                _state(active=row.active),
                f"{_('City pack') if row.source == 'pack' else _('Staff')}{': ' if row.reason else ''}{row.reason}",
                f"{timezone.localtime(row.recorded_at):%Y-%m-%d %H:%M}",
            ]
            for row in rows
        ],
    )


def _successions(row: directory.Organization) -> Table | None:
    found = directory.successions(row.pk)
    if not found:
        return None
    return Table(
        _("Who took over from whom"),
        [Column(_("Day"), whole=True), Column(_("Before")), Column(_("After")), Column(_("How"))],
        [
            [
                str(one.from_on),
                Cell(one.predecessor.name, reverse("registry:institution", args=[one.predecessor.code])),
                Cell(one.successor.name, reverse("registry:institution", args=[one.successor.code])),
                PASSAGES[directory.Passage(one.kind)],
            ]
            for one in found
        ],
    )


def _state(*, active: bool) -> Cell:
    return Cell(chip=Chip(said("active", active), "good" if active else ""))


def _day(request: HttpRequest) -> date:
    try:
        on = date.fromisoformat(request.GET.get("on", ""))
    except ValueError:
        return timezone.localdate()
    return max(on, directory.EARLIEST)
