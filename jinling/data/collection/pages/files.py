"""Submissions: the list, and what became of one."""

from __future__ import annotations

from uuid import UUID

from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.template.defaultfilters import filesizeformat
from django.urls import reverse
from django.utils.timezone import localtime
from django.utils.translation import gettext as _

from jinling.data.collection.catalogue.reading import catalogue
from jinling.data.collection.models import State, Submission
from jinling.data.collection.overview import rules_of
from jinling.data.collection.pages.scope import OWN, own_organization, own_submission
from jinling.data.collection.public import submissions_of
from jinling.data.collection.rights import SUBMIT
from jinling.data.collection.rules import LIFE
from jinling.data.collection.wordings import column_name, refusal_of, rule_name
from jinling.foundation.access import public as access
from jinling.web.components import Cell, Chip, Column, Table, Tile, Tone, show
from jinling.web.notation import number

PAGE = 50
STOP_ASKING = 286  # htmx ends its polling at this status
TONES: dict[str, Tone] = {"stored": "good", "refused": "bad"}


@access.permission_required(SUBMIT, relation=OWN, level=2)
def submissions(request: HttpRequest) -> HttpResponse:
    """The institution's files, latest first; ``?data_set=`` and ``?state=`` narrow them."""
    organization = own_organization(request)
    data_set, state = request.GET.get("data_set", ""), request.GET.get("state", "")
    state = state if state in State.values else ""
    found = submissions_of(organization.pk, data_set=data_set, state=state)
    page = Paginator(found, PAGE).get_page(request.GET.get("page"))
    table = Table(
        _("Submissions"),
        [
            Column(_("Received"), whole=True),
            Column(_("Data set")),
            Column(_("File")),
            Column(_("State")),
            Column(_("Rows"), numeric=True),
            Column(_("Accepted"), numeric=True),
            Column(_("Rejected"), numeric=True),
        ],
        [
            [
                Cell(f"{localtime(one.received_at):%Y-%m-%d %H:%M}", reverse("collection:submission", args=[one.pk])),
                title_of(one.data_set),
                one.file_name or Submission(channel=one.channel).get_channel_display(),
                Cell(chip=state_chip(one)),
                *_counts(one),
            ]
            for one in page.object_list
        ],
        _("No file has come yet."),
    )
    context = {"organization": organization, "table": table, "page": page, "data_set": data_set, "state": state}
    context["states"] = State.choices
    return show(request, "collection/submissions.html", context)


@access.permission_required(SUBMIT, relation=OWN, level=2)
def submission(request: HttpRequest, submission: UUID) -> HttpResponse:
    """One file: how far it is while it is worked on, then its counts, broken rules or refusal."""
    one = own_submission(request, submission)
    context = {
        "one": one,
        "title": title_of(one.data_set),
        "final": one.state in LIFE.final(),
        "again": bool(request.GET.get("again")),
        "checked": f"{number(one.rows_checked)} / {number(one.rows_read)}",
        "chip": state_chip(one),
        "size": filesizeformat(one.size),
        "refusal": refusal_of(one),
        "tiles": tiles_of(one),
        "table": rules_table(one),
    }
    asked_by_page = getattr(request, "htmx", False) and context["final"]
    return show(
        request,
        "collection/submission.html",
        context,
        part="collection/parts/submission.html",
        status=STOP_ASKING if asked_by_page else 200,
    )


def title_of(code: str) -> str:
    """A data set's title with its code; one that has left the catalogue is called by its code."""
    found = catalogue().data_sets.get(code)
    return f"{found.title} ({code})" if found else code


def state_chip(one: Submission) -> Chip:
    """Where a submission stands."""
    return Chip(str(one.get_state_display()), TONES.get(one.state, "info"))


def tiles_of(one: Submission) -> list[Tile]:
    """What became of a file's rows; they add up."""
    rows = reverse("collection:rows", args=[one.pk]) if one.rows_rejected else ""
    return [
        Tile(_("Rows received"), number(one.rows_received)),
        Tile(
            _("Accepted"),
            number(one.rows_accepted),
            _("%(n)s of them corrected an earlier row") % {"n": number(one.corrections)},
        ),
        Tile(_("Rejected"), number(one.rows_rejected), _("Look at the rows") if rows else "", rows),
        Tile(_("Duplicates"), number(one.duplicates), _("In the file or stored already; left out")),
    ]


def rules_table(one: Submission) -> Table:
    """Rejected rows by rule and column, most frequent first."""
    data_set = catalogue().data_sets.get(one.data_set)
    return Table(
        _("Broken rules"),
        [Column(_("Rule")), Column(_("Column")), Column(_("Rows"), numeric=True)],
        [
            [rule_name(rule), (column_name(data_set, column) if data_set else column) or _("whole row"), number(rows)]
            for rule, column, rows in rules_of([one.pk]).get(one.pk, [])
        ],
        _("No rule was broken."),
    )


def _counts(one: Submission) -> list[object]:
    """Rows, accepted, rejected; of a file that was not taken in there are none, and that is said."""
    if one.state != State.STORED:
        waits = Cell(chip=Chip(_("not taken in") if one.state == State.REFUSED else _("not checked yet")))
        return [waits, waits, waits]
    return [number(one.rows_received), number(one.rows_accepted), number(one.rows_rejected)]
