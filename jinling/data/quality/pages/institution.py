"""Drill down: an institution, one of its tables, one of its files."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from typing import Any
from uuid import UUID

from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from django.utils.translation import gettext as _, gettext_noop

from jinling.data.collection import public as collection
from jinling.data.quality import public as quality
from jinling.data.quality.pages.parts import (
    REASONS,
    Bar,
    Bars,
    chosen_month,
    column_of,
    columns_of,
    explained,
    meanings,
    missing,
    percent,
    rate_cell,
    title_of,
    when,
)
from jinling.data.quality.public import Waterfall
from jinling.data.quality.rules import Loss, Stage
from jinling.foundation.access import public as access
from jinling.foundation.directory import public as directory
from jinling.kernel.periods import Period
from jinling.web.components import Cell, Chip, Column, Table, Tile, Tone, show
from jinling.web.notation import number
from jinling.web.templatetags.jinling import day_long

PAGE = 50
# The waterfall's stages: (name, what is counted). Bars of one unit share a scale.
STAGES = {
    "required": (gettext_noop("Tables required"), "tables"),
    "declared": (gettext_noop("Tables declared"), "tables"),
    "uploaded": (gettext_noop("Tables sent"), "tables"),
    "received": (gettext_noop("Rows received"), "rows"),
    "valid": (gettext_noop("Rows accepted"), "rows"),
    "returned": (gettext_noop("Visits returned"), "visits"),
    "compared": (gettext_noop("Visits sent"), "visits"),
}
# What an institution has no count of because of how it takes part.
NOT_THERE = {
    (collection.Way.DATABASE_OPENED, "required"),
    (collection.Way.DATABASE_OPENED, "declared"),
    (collection.Way.NOT_REPORTED, "declared"),
}
TONES: dict[str, Tone] = {"stored": "good", "refused": "bad"}


@access.permission_required(collection.rights.SUPERVISE, level=2)
def institution(request: HttpRequest, organization: str) -> HttpResponse:
    """One institution's month: the waterfall, what cost most, and its tables."""
    one = directory.get(organization)
    month, months = chosen_month(request)
    fall = quality.waterfall(month, one.pk)
    way = collection.way_of(one.pk)
    trends = quality.trends(month, one.pk)
    scores = {code: score for _code, code, _rows, score in quality.outliers(month, organization=one.pk)}
    late = quality.timeliness(month, one.pk)
    sent = {code: count for code, count in collection.sent_by_table(one.pk, month).items() if count.files}
    table = Table(
        _("Tables sent in %(month)s") % {"month": month},
        [
            Column(_("Data set")),
            Column(_("Files"), numeric=True),
            Column(_("Rows received"), numeric=True),
            Column(_("Share accepted"), numeric=True),
            Column(_("Against the month before"), numeric=True),
            Column(_("Days from event to receipt"), numeric=True),
        ],
        [
            [
                Cell(title_of(code), f"{reverse('quality:data_set', args=[one.code, code])}?month={month}"),
                str(count.files),
                number(count.received),
                percent(count.accepted, count.received),
                _trend(trends.get(code), scores.get(code)),
                number(late[code], 1) if code in late else missing("nothing_sent"),
            ]
            for code, count in sorted(sent.items(), key=lambda pair: (-pair[1].received, pair[0]))
        ],
        _("No file was stored in this month."),
    )
    context = {
        "title": one.name,
        "lead": "" if way == collection.Way.DECLARED else meanings([way])[0],
        "back": f"{reverse('quality:league')}?month={month}",
        "back_text": _("League table"),
        "month": month,
        "months": months,
        "tiles": [
            Tile(_("Rows received"), number(sum(count.received for count in sent.values()))),
            Tile(_("Tables sent"), str(sum(count.accepted > 0 for count in sent.values()))),
        ],
        "bars": [_bars(fall, way)],
        "rate": rate_cell(fall.rate),
        "tables": [_losses(one.code, fall.losses, month), table],
        "words": explained([fall.rate]),
    }
    return show(request, "quality/page.html", context)


def _trend(change: float | None, score: float | None) -> Any:
    if change is None:
        return missing("no_history")
    if score is None:
        return f"{change:+.1f} %"
    told = _("Far from the institution's own history (%(n)s).") % {"n": f"{score:+.1f}"}
    return Cell(f"{change:+.1f} %", chip=Chip(_("unusual"), "warn", told))


def _bars(fall: Waterfall, way: str) -> Bars:
    """The waterfall; each unit has a scale of its own, so that a bar may only be held against its neighbours."""
    widest: dict[str, int] = {}
    for stage in fall.stages:
        unit = STAGES[stage.name][1]
        widest[unit] = max(widest.get(unit, 0), stage.count)
    rows = [_bar(stage, widest[STAGES[stage.name][1]], way) for stage in fall.stages]
    return Bars(_("From required to compared"), rows)


def _bar(stage: Stage, widest: int, way: str) -> Bar:
    """A stage's bar; one that is not there for a reason has the reason in the place of its count."""
    name = _(STAGES[stage.name][0])
    if (way, stage.name) in NOT_THERE:
        return Bar(name, _(REASONS[way][0]), 0)
    note = _("%(n)s fewer") % {"n": number(stage.lost)} if stage.lost else ""
    return Bar(name, number(stage.count), round(100 * stage.count / widest, 1) if widest else 0, note)


def _losses(code: str, losses: Sequence[Loss], month: Period) -> Table:
    """What cost most: a rule on a column of a table, a table, and a day."""
    return Table(
        _("What cost most"),
        [Column(_("Kind of loss")), Column(_("Which")), Column(_("Rows rejected"), numeric=True)],
        [[*_loss(code, loss, month), number(loss.rows)] for loss in losses],
        _("No row was rejected in this month."),
    )


def _loss(code: str, loss: Loss, month: Period) -> tuple[str, Any]:
    if loss.kind == "day":
        return _("Day"), day_long(date.fromisoformat(loss.name))
    data_set, _space, rest = loss.name.partition(" ")
    url = f"{reverse('quality:data_set', args=[code, data_set])}?month={month}"
    if loss.kind == "table":
        return _("Data set"), Cell(title_of(data_set), url)
    rule, _colon, column = rest.partition(":")
    return _("Rule"), Cell(f"{collection.rule_name(rule)}: {column_of(data_set, column)}", url)


@access.permission_required(collection.rights.SUPERVISE, level=2)
def data_set(request: HttpRequest, organization: str, data_set: str) -> HttpResponse:
    """One table of an institution: days, broken rules, links to other tables (``?links=1`` counts them), files."""
    one, what = directory.get(organization), collection.catalogue().find(data_set)
    month, months = chosen_month(request)
    count = collection.sent_by_table(one.pk, month).get(what.code, collection.Sent())
    rules = [
        (rule, column, rows)
        for (code, rule, column), rows in collection.rejected_by_rule(month, organization=one.pk).items()
        if code == what.code
    ]
    address = reverse("quality:data_set", args=[one.code, what.code])
    tables = [
        Table(
            _("Broken rules"),
            [
                Column(_("Column")),
                Column(_("Rule")),
                Column(_("Rows"), numeric=True),
                Column(_("Of rows received"), numeric=True),
            ],
            [
                [column_of(what.code, column), collection.rule_name(rule), number(rows), percent(rows, count.received)]
                for rule, column, rows in sorted(rules, key=lambda item: (-item[2], item[:2]))
            ],
            _("No rule was broken."),
        )
    ]
    actions = []
    if what.references:
        if request.GET.get("links"):
            tables.append(_links(quality.links(one.pk, what.code)))
        else:
            actions = [(_("Count links to other tables"), f"?month={month}&links=1")]
    files, page = _files(request, one, what.code, month)
    context = {
        "title": f"{what.title}",
        "lead": f"{one.name} · {what.code}",
        "back": f"{reverse('quality:institution', args=[one.code])}?month={month}",
        "back_text": one.name,
        "month": month,
        "months": months,
        "tiles": [
            Tile(_("Rows received"), number(count.received)),
            Tile(_("Rows accepted"), number(count.accepted)),
            Tile(_("Rows rejected"), number(count.rejected)),
        ],
        "columns": columns_of(
            _("Rows accepted by day of receipt"),
            collection.rows_by_day(month, organization=one.pk, data_set=what.code),
        ),
        "actions": actions,
        "tables": [*tables, files],
        "page": page,
        "address": address,
    }
    return show(request, "quality/page.html", context)


def _links(found: Any) -> Table:
    """Rows that name something elsewhere, and how many of them name nothing that is stored."""
    return Table(
        _("Links to other tables, over everything stored"),
        [
            Column(_("Linked table")),
            Column(_("Rows with a link"), numeric=True),
            Column(_("Naming nothing stored"), numeric=True),
            Column(_("Complete"), numeric=True),
        ],
        [
            [title_of(to), number(rows), number(broken), percent(rows - broken, rows)]
            for to, (rows, broken) in found.items()
        ],
        _("No links."),
    )


def _files(request: HttpRequest, one: directory.Organization, code: str, month: Period) -> tuple[Table, Any]:
    page = Paginator(range(collection.files_count(one, code, month)), PAGE).get_page(request.GET.get("page"))
    found = collection.files(one, code, month, skip=(page.number - 1) * PAGE, take=len(page))
    table = Table(
        _("Files"),
        [
            Column(_("Received"), whole=True),
            Column(_("File")),
            Column(_("State")),
            Column(_("Rows"), numeric=True),
            Column(_("Rejected"), numeric=True),
        ],
        [
            [
                Cell(when(row.received_at), reverse("quality:file", args=[one.code, row.id])),
                row.file_name or row.channel_name,
                Cell(chip=Chip(row.state_name, TONES.get(row.state, "info"))),
                number(row.rows_received) if row.state == "stored" else missing("not_taken_in"),
                number(row.rows_rejected) if row.state == "stored" else missing("not_taken_in"),
            ]
            for row in found
        ],
        _("No file came in this month."),
    )
    return table, page


@access.permission_required(collection.rights.SUPERVISE, level=2)
def file(request: HttpRequest, organization: str, submission: UUID) -> HttpResponse:
    """One file by its counts and rules; its cells are the institution's own."""
    one = collection.file(submission)
    if one.organization.code != organization:
        raise collection.SubmissionUnknown(where=str(submission))
    waiting = collection.waiting_of(one.id)
    refusal = collection.refusal_of(one)
    tiles = [
        Tile(_("State"), one.state_name),
        Tile(_("Rows received"), number(one.rows_received)),
        Tile(_("Rows accepted"), number(one.rows_accepted)),
        Tile(_("Rows rejected"), number(one.rows_rejected)),
        Tile(_("Duplicates"), number(one.duplicates)),
        Tile(_("Corrections"), number(one.corrections)),
    ]
    if waiting is not None:
        owner = access.account_names([waiting.owner]).get(waiting.owner, _("a program"))
        tiles.append(
            Tile(
                _("Open rejected rows"),
                number(waiting.open_rows),
                _("since %(day)s, %(owner)s") % {"day": day_long(waiting.opened_at), "owner": owner},
            )
        )
    rules = collection.rules_of([one.id]).get(one.id, [])
    table = Table(
        _("Broken rules"),
        [Column(_("Column")), Column(_("Rule")), Column(_("Rows"), numeric=True)],
        [[column_of(one.data_set, column), collection.rule_name(rule), number(rows)] for rule, column, rows in rules],
        _("No rule was broken."),
    )
    month = Period.month_of(one.received_on)
    context = {
        "title": one.file_name or one.channel_name,
        "lead": f"{one.organization.name} · {title_of(one.data_set)} · {when(one.received_at)}",
        "back": f"{reverse('quality:data_set', args=[one.organization.code, one.data_set])}?month={month}",
        "back_text": title_of(one.data_set),
        "notes": [f"{refusal.text} {refusal.mend}".strip()] if refusal else [],
        "tiles": tiles,
        "tables": [table],
    }
    return show(request, "quality/page.html", context)
