"""Pairs that may be one person, and the merges made."""

from __future__ import annotations

from uuid import UUID

from django import forms
from django.contrib import messages
from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.urls import reverse
from django.utils.translation import gettext as _, gettext_lazy

from jinling.foundation.access import public as access
from jinling.foundation.mpi import public as mpi, rights, worklist
from jinling.foundation.mpi.documents import label
from jinling.foundation.mpi.models import Linkage, Match
from jinling.foundation.mpi.public import decide, unmerge
from jinling.foundation.mpi.rules.comparison import FieldPair
from jinling.foundation.mpi.rules.linkage import PAIR
from jinling.foundation.mpi.templatetags.mpi import FIELDS, SEXES, agreement_chip, district_name
from jinling.kernel.outcomes import Refused
from jinling.web.components import Tile, show
from jinling.web.forms import StyledForm
from jinling.web.requests import actor

PAGE = 25


class ReasonForm(StyledForm):
    """Why."""

    reason = forms.CharField(
        label=gettext_lazy("Reason"),
        max_length=300,
        widget=forms.Textarea({"rows": 2}),
        help_text=gettext_lazy("The document seen or the call made; no names or numbers."),
    )


def _tiles() -> list[Tile]:
    waiting, people = worklist.counts(), worklist.registered()
    return [
        Tile(_("Waiting"), str(waiting["open"])),
        Tile(_("Found to be one person"), str(waiting["linked"])),
        Tile(_("Kept apart"), str(waiting["apart"])),
        Tile(
            _("Records"), str(people["records"]), _("%(count)s count for another record") % {"count": people["merged"]}
        ),
    ]


@access.permission_required(rights.REVIEW, relation="other", level=4)
def matches(request: HttpRequest) -> HttpResponse:
    """The work list: pairs that wait, the likeliest first."""
    state = request.GET.get("state", "open")
    state = state if state in Match.State.values else "open"
    page = Paginator(worklist.matches(state), PAGE).get_page(request.GET.get("page"))
    context = {"page": page, "state": state, "states": Match.State.choices, "tiles": _tiles()}
    return show(request, "mpi/matches.html", context, part="mpi/parts/matches.html", private=True)


@access.permission_required(rights.REVIEW, relation="other", level=4)
def match(request: HttpRequest, match: int) -> HttpResponse:
    """Both records side by side, masked, and the judgement."""
    by = actor(request)
    form = ReasonForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        one_person = request.POST.get("verdict") == "one"
        try:
            decide(by=by, match=match, one_person=one_person, reason=form.cleaned_data["reason"])
        except Refused as refused:
            form.refuse(refused)
        else:
            messages.success(
                request,
                _("Both records count for one person now.") if one_person else _("The records stay two people."),
            )
            return HttpResponseRedirect(reverse("mpi:matches"))
    row, pairs = worklist.side_by_side(by=by, match=match)
    return _side_by_side(request, row, pairs, form, clear=False)


@access.permission_required(rights.UNMASK, relation="other", level=4, fresh=True)
def unmasked(request: HttpRequest, match: int) -> HttpResponse:
    """Both records in clear, for a reason that is kept."""
    form = ReasonForm(request.POST or None, prefix="clear")
    if request.method != "POST" or not form.is_valid():
        return HttpResponseRedirect(reverse("mpi:match", args=[match]))
    row, pairs = worklist.side_by_side(by=actor(request), match=match, masked=False, reason=form.cleaned_data["reason"])
    return _side_by_side(request, row, pairs, ReasonForm(), clear=True)


def _side_by_side(
    request: HttpRequest, row: Match, pairs: list[FieldPair], form: ReasonForm, *, clear: bool
) -> HttpResponse:
    rows = [
        {
            "name": label(pair.kind, FIELDS[pair.kind]),
            "left": _value(pair, pair.left),
            "right": _value(pair, pair.right),
            "chip": agreement_chip(pair.agreement),
        }
        for pair in pairs
    ]
    context = {
        "match": row,
        "steps": PAIR.from_state(row.state),
        "rows": rows,
        "form": form,
        "clear_form": ReasonForm(prefix="clear"),
        "clear": clear,
    }
    return show(request, "mpi/match.html", context, status=422 if form.errors else 200, private=True)


def _value(pair: FieldPair, value: str) -> str:
    if pair.field == "sex" and value:
        return str(SEXES[value])
    if pair.field == "district" and value:
        return district_name(value)
    return value or _("not recorded")


@access.permission_required(rights.REVIEW, relation="other", level=4)
def merges(request: HttpRequest) -> HttpResponse:
    """Merges and unmerges, newest first; one that stands can be taken back."""
    page = Paginator(worklist.merges(), PAGE).get_page(request.GET.get("page"))
    stand = worklist.standing([row for row in page if row.kind == Linkage.Kind.MERGE])
    rows = [
        {
            "row": row,
            "stands": row.id in stand,
            "by": _("The platform") if row.actor.startswith("system/") else _("Staff"),
        }
        for row in page
    ]
    return show(request, "mpi/merges.html", {"page": page, "rows": rows, "tiles": _tiles()}, private=True)


@access.permission_required(rights.REVIEW, relation="other", level=4)
def take_back(request: HttpRequest, linkage: UUID) -> HttpResponse:
    """Take one merge back, for a reason."""
    row = worklist.merges().filter(id=linkage, kind=Linkage.Kind.MERGE).first()
    form = ReasonForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        try:
            unmerge(by=actor(request), linkage=linkage, reason=form.cleaned_data["reason"])
        except Refused as refused:
            form.refuse(refused)
        else:
            messages.success(request, _("The records are two people again."))
            return HttpResponseRedirect(reverse("mpi:merges"))
    people = mpi.shown(by=actor(request), ids=[row.survivor_id, row.absorbed_id]) if row else {}
    context = {"row": row, "form": form, "people": list(people.values())}
    return show(request, "mpi/take_back.html", context, status=422 if form.errors else 200, private=True)
