"""The centre's pages of releases: months, what a count of now would change, what waits for its second person."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from typing import Any
from uuid import UUID

from django import forms
from django.contrib import messages
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _, gettext_lazy
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from jinling.data.statistics import printing, rights
from jinling.data.statistics.public import (
    Compared,
    approve_release,
    bulletin_of,
    changes,
    compare,
    decline_release,
    editions,
    month as month_of,
    offered_months,
    periods,
    prepare_release,
    waiting as waiting_of,
    waiting_periods,
)
from jinling.foundation.access import public as access
from jinling.kernel.outcomes import Refused
from jinling.kernel.periods import Period
from jinling.web import notation
from jinling.web.components import Cell, Chip, Column, Problem, Table, show, told
from jinling.web.forms import StyledForm
from jinling.web.requests import actor

SHOWN = 200  # differing cells that a page lists; the command gives all


class ReasonForm(StyledForm):
    """Why a month is revised, or a release declined."""

    reason = forms.CharField(label=gettext_lazy("Reason"), max_length=500, widget=forms.Textarea({"rows": 2}))


@access.permission_required(rights.PREPARE, level=2)
@require_safe
def months(request: HttpRequest) -> HttpResponse:
    """Every month that has figures: released, waiting, not released, or running."""
    released, waits, this = periods(), waiting_periods(), Period.month_of(timezone.localdate())
    rows = [
        [
            Cell(notation.month(period.first), url=reverse("statistics:release", args=[str(period)])),
            Cell(chip=_standing(period, released, this)),
            Cell(chip=Chip(_("waits for approval"), "warn")) if str(period) in waits else "",
        ]
        for period in offered_months()
    ]
    table = Table(
        _("Months"), [Column(_("Month")), Column(_("Figures")), Column("")], rows, _("No month has figures yet.")
    )
    return show(request, "statistics/releases.html", {"table": table})


@access.permission_required(rights.PREPARE, level=2)
@require_http_methods(["GET", "HEAD", "POST"])
def month(request: HttpRequest, period: str) -> HttpResponse:
    """A month's editions; what a count of now would change; preparing."""
    problem: Problem | None = None
    form = ReasonForm(request.POST if request.method == "POST" else None)
    if request.method == "POST":
        try:
            prepare_release(by=actor(request), period=period, reason=request.POST.get("reason", ""))
        except Refused as refused:
            problem = told(refused)
        else:
            messages.success(request, _("Prepared. Another person now has to look at it and approve it."))
            return HttpResponseRedirect(reverse("statistics:release", args=[period]))
    chosen = month_of(period)
    found, waits, released = compare(chosen), waiting_of(chosen), editions(chosen)
    words = printing.printable(replace(found.counted, checks=(*found.counted.checks, *found.apart)))
    context = {
        "period": str(chosen),
        # What stands is counted now, whatever was released: the month's own line would say that it was not.
        "counted": printing.counted_line(words) if not released else _("Counted %(as_of)s") % {"as_of": words.as_of},
        "origin": words.origin,
        "missing": [table.title for table in words.tables if table.missing],
        "month": notation.month(chosen.first),
        "form": form,
        "problem": problem,
        "found": found,
        "failed": words.failed,
        "table": _changes(found.changes, _("What a count of now would change")),
        "waits": waits,
        "since": _changes(found.since, _("What a count of now would change in it")) if found.since else None,
        "own": waits is not None and waits.prepared_by == actor(request).ref,
        "names": access.account_names([ref.partition("/")[2] for ref in _people(waits, released)]),
        "editions": [(row, _changes(changes(row), _("Cells changed"))) for row in released],
        "can_prepare": waits is None and _may_prepare(found),
    }
    return show(request, "statistics/release.html", context, status=422 if problem else 200)


@access.permission_required(rights.PREPARE, level=2)
@require_safe
def waiting(request: HttpRequest, period: str) -> HttpResponse:
    """What waits for its second person, as it would be printed."""
    chosen = month_of(period)
    row = waiting_of(chosen)
    if row is None:
        return HttpResponseRedirect(reverse("statistics:release", args=[str(chosen)]))
    words = printing.printable(bulletin_of(row))
    return show(
        request, "statistics/waiting.html", {"bulletin": words, "counted": printing.counted_line(words), "row": row}
    )


@access.permission_required(rights.APPROVE, level=2)
@require_POST
def judge(request: HttpRequest, period: str, release: UUID) -> HttpResponse:
    """Approve what was looked at, or decline it with a reason."""
    by = actor(request)
    if request.POST.get("approve"):
        approve_release(by=by, release=release, digest=request.POST.get("digest", ""))
        messages.success(request, _("Released. It is printed from now on."))
    else:
        decline_release(by=by, release=release, reason=request.POST.get("reason", ""))
        messages.success(request, _("Declined."))
    return HttpResponseRedirect(reverse("statistics:release", args=[period]))


def _people(waits: Any, editions: Sequence[Any]) -> list[str]:
    """References of those who prepared and judged."""
    rows = [*editions, *filter(None, [waits])]
    return [ref for row in rows for ref in (row.prepared_by, row.judged_by) if ref]


def _may_prepare(found: Compared) -> bool:
    return found.counted.closed and not found.counted.partial and (found.release is None or found.revises)


def _standing(period: Period, released: set[str], this: Period) -> Chip:
    if str(period) in released:
        return Chip(_("released"), "good")
    return Chip(_("to date"), "info") if period == this else Chip(_("not released"))


def _changes(found: Any, caption: str) -> Table:
    parts = {
        "cell": _("figure"),
        "reason": _("why there is none"),
        "row": _("row"),
        "total": _("total"),
        "to_date": _("total to date"),
        "table": _("table"),
        "column": _("column"),
        "definition": _("definition"),
    }
    columns = [Column(_("Table")), Column(_("Row")), Column(_("Column")), Column(_("Before")), Column(_("After"))]
    rows = [
        [
            change.table,
            change.name or change.row,
            change.column or parts[change.part],
            "–" if change.before is None else str(change.before),
            "–" if change.after is None else str(change.after),
        ]
        for change in found[:SHOWN]
    ]
    if len(found) > SHOWN:
        caption = _("%(caption)s: the first %(shown)s of %(count)s") % {
            "caption": caption,
            "shown": SHOWN,
            "count": len(found),
        }
    return Table(caption, columns, rows, _("Nothing differs."))
