"""The city: overview of a month, league table of institutions, those who are silent."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _, gettext_noop

from jinling.data.collection import public as collection
from jinling.data.quality import overview as reads, public as quality
from jinling.data.quality.overview import Standing
from jinling.data.quality.pages.parts import (
    chosen_month,
    column_of,
    columns_of,
    explained,
    meanings,
    missing,
    percent,
    rate_cell,
    title_of,
)
from jinling.foundation.access import public as access
from jinling.foundation.directory import public as directory
from jinling.kernel.periods import Period
from jinling.web.components import Cell, Chip, Column, Table, Tile, show
from jinling.web.notation import number
from jinling.web.templatetags.jinling import day_long

TOP = 10
LISTS = {"hospital": gettext_noop("Hospitals"), "district": gettext_noop("Districts")}
# How the league table is sorted; None sorts last whatever the order.
ORDERS: dict[str, tuple[str, Callable[[Standing], Any]]] = {
    "rows": (gettext_noop("Rows accepted"), lambda one: -one.sent.accepted),
    "valid": (gettext_noop("Share accepted, lowest first"), lambda one: one.valid),
    "rate": (gettext_noop("Outpatient rate, lowest first"), lambda one: one.outpatient.value),
    "tables": (gettext_noop("Tables sent"), lambda one: -one.sent.tables),
    "days": (gettext_noop("Days with an upload"), lambda one: -one.sent.days),
    "open": (gettext_noop("Open rejected rows"), lambda one: -one.open_rows),
}


@access.permission_required(collection.rights.SUPERVISE, level=2)
def overview(request: HttpRequest) -> HttpResponse:
    """A month of the city: who sent how much on which day, what rules cost, what stands out."""
    month, months = chosen_month(request)
    found = [one for kind in LISTS for one in reads.standings(month, kind)]
    received, accepted = sum(one.sent.received for one in found), sum(one.sent.accepted for one in found)
    senders = sum(one.sent.tables > 0 for one in found)
    held = collection.held_in_all()
    open_rows = sum(one.open_rows for one in found)
    silent = quality.lags(on=timezone.localdate())
    tiles = [
        Tile(_("Rows accepted"), number(accepted), _("%(n)s held in all") % {"n": number(held)}),
        Tile(_("Institutions that sent"), str(senders), _("of %(n)s") % {"n": len(found)}, reverse("quality:league")),
        Tile(
            _("Share accepted"),
            f"{number(100 * accepted / received, 2)} %" if received else _("nothing sent"),
            _("of %(n)s rows received") % {"n": number(received)},
        ),
        Tile(_("Open rejected rows"), number(open_rows), _("today, of every month")),
        Tile(_("Silent senders"), str(len(silent)), _("today"), reverse("quality:lagging")),
    ]
    context = {
        "title": _("Data collection"),
        "month": month,
        "months": months,
        "tiles": tiles,
        "columns": columns_of(_("Rows accepted by day of receipt"), collection.rows_by_day(month)),
        "tables": [_costliest(month), _outliers(month)],
    }
    return show(request, "quality/page.html", context)


def _costliest(month: Period) -> Table:
    """The rules that reject most, over the city."""
    rules = sorted(collection.rejected_by_rule(month).items(), key=lambda pair: (-pair[1], pair[0]))[:TOP]
    return Table(
        _("Rules that reject most"),
        [Column(_("Data set")), Column(_("Column")), Column(_("Rule")), Column(_("Rows"), numeric=True)],
        [
            [title_of(code), column_of(code, column), collection.rule_name(rule), number(rows)]
            for (code, rule, column), rows in rules
        ],
        _("No row was rejected in this month."),
    )


def _outliers(month: Period) -> Table:
    """Tables whose rows lie far from the institution's own earlier months."""
    found = sorted(quality.outliers(month), key=lambda one: -abs(one[3]))[:TOP]
    names = {one.code: one.name for one in directory.as_of(month.last).values()}
    return Table(
        _("Far from the institution's own history"),
        [
            Column(_("Institution")),
            Column(_("Data set")),
            Column(_("Rows"), numeric=True),
            Column(_("Deviation (modified z-score)"), numeric=True),
        ],
        [
            [
                names.get(code, code),
                Cell(title_of(data_set), f"{reverse('quality:data_set', args=[code, data_set])}?month={month}"),
                number(rows),
                f"{score:+.1f}",
            ]
            for code, data_set, rows, score in found
        ],
        _("Nothing stands out. At least three earlier months are needed to tell."),
    )


@access.permission_required(collection.rights.SUPERVISE, level=2)
def league(request: HttpRequest) -> HttpResponse:
    """Institutions beside each other; ``?of=`` chooses the list, ``?sort=`` the order. Missing values stand last."""
    month, months = chosen_month(request)
    kind = request.GET.get("of", "hospital")
    kind = kind if kind in LISTS else "hospital"
    sort = request.GET.get("sort", "rows")
    sort = sort if sort in ORDERS else "rows"
    key = ORDERS[sort][1]
    found = sorted(reads.standings(month, kind), key=lambda one: (key(one) is None, key(one) or 0))
    table = Table(
        _("Institutions in %(month)s") % {"month": month},
        [
            Column(_("Institution")),
            Column(_("Tables declared"), numeric=True),
            Column(_("Tables required"), numeric=True),
            Column(_("Tables sent"), numeric=True),
            Column(_("Rows accepted"), numeric=True),
            Column(_("Share accepted"), numeric=True),
            Column(_("Days with an upload"), numeric=True),
            Column(_("Outpatient rate"), numeric=True),
            Column(_("Discharge rate"), numeric=True),
            Column(_("Open rejected rows"), numeric=True),
        ],
        [
            [
                Cell(
                    _name(one, kind),
                    f"{reverse('quality:institution', args=[one.organization.code])}?month={month}",
                ),
                str(one.declared) if one.way == collection.Way.DECLARED else missing(one.way),
                str(one.required) if one.way != collection.Way.DATABASE_OPENED else missing(one.way),
                str(one.sent.tables),
                number(one.sent.accepted),
                percent(one.sent.accepted, one.sent.received),
                str(one.sent.days),
                rate_cell(one.outpatient),
                rate_cell(one.discharge),
                number(one.open_rows),
            ]
            for one in found
        ],
        _("No institution takes part by this list."),
    )
    ways = [one.way for one in found if one.way != collection.Way.DECLARED]
    empty = ["nothing_sent"] if any(not one.sent.received for one in found) else []
    context = {
        "title": _("League table"),
        "month": month,
        "months": months,
        "kept": {"of": kind, "sort": sort},
        "tabs": [(_(name), f"?of={code}&sort={sort}&month={month}", code == kind) for code, name in LISTS.items()],
        "orders": [(code, _(name), code == sort) for code, (name, _key) in ORDERS.items()],
        "tables": [table],
        "words": [
            *meanings([*ways, *empty]),
            *explained([rate for one in found for rate in (one.outpatient, one.discharge)]),
        ],
    }
    return show(request, "quality/page.html", context)


def _name(one: Standing, kind: str) -> str:
    """An institution's name; one that answers for its district is called with it."""
    name = one.organization.name
    return f"{one.district}: {name}" if kind == "district" and one.district else name


@access.permission_required(collection.rights.SUPERVISE, level=2)
def lagging(request: HttpRequest) -> HttpResponse:
    """Institutions that were silent for more than three days, as of today."""
    today = timezone.localdate()
    found = quality.lags(on=today)
    owned = reads.owners()
    table = Table(
        _("Silent for more than %(n)s days") % {"n": quality.LAG_AFTER},
        [
            Column(_("Institution")),
            Column(_("Last upload"), whole=True),
            Column(_("Days"), numeric=True),
            Column(_("Takes part by")),
            Column(_("Told every morning"), numeric=True),
        ],
        [
            [
                Cell(lag.organization.name, reverse("quality:institution", args=[lag.organization.code])),
                day_long(lag.last_on) if lag.last_on else missing("never_sent"),
                str(lag.days) if lag.last_on else missing("never_sent"),
                _("declaration") if lag.way == collection.Way.DECLARED else missing(lag.way),
                _told(len(owned.get(lag.organization.code, ()))),
            ]
            for lag in found
        ],
        _("Everyone who takes part has sent lately."),
    )
    context = {
        "title": _("Silent senders"),
        "lead": _("As of %(day)s") % {"day": day_long(today)},
        "tables": [table],
        "words": meanings([lag.way for lag in found if lag.way != collection.Way.DECLARED]),
    }
    return show(request, "quality/page.html", context)


def _told(accounts: int) -> Any:
    if accounts:
        return _("%(n)s accounts") % {"n": accounts}
    return Cell(chip=Chip(_("no account"), "warn", _("The institution has no account of hospital IT to be told.")))
