"""What the pages of quality share: the month, missing values with their reasons, bars and columns."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from django.http import HttpRequest
from django.utils import timezone
from django.utils.translation import gettext as _, gettext_noop

from jinling.data.collection import public as collection
from jinling.data.quality import overview
from jinling.data.quality.rules import MISSING, TOO_FEW, Rate
from jinling.kernel.outcomes import Refused
from jinling.kernel.periods import Period
from jinling.web.components import Cell, Chip
from jinling.web.notation import number

# A missing value's reason, and what it means.
REASONS: Mapping[str, tuple[str, str]] = {
    MISSING: (gettext_noop("no statistical return"), gettext_noop("There is no statistical return to compare with.")),
    TOO_FEW: (
        gettext_noop("statistical return too small"),
        gettext_noop("The return is less than a fifth of what was sent; a rate would mislead."),
    ),
    collection.Way.NOT_REPORTED: (
        gettext_noop("no declaration received"),
        gettext_noop("The institution has not said which tables it will send."),
    ),
    collection.Way.DATABASE_OPENED: (
        gettext_noop("opened database"),
        gettext_noop("The centre reads the institution's database; no tables are declared."),
    ),
    "not_deployed": (gettext_noop("not deployed"), gettext_noop("The module runs at no workstation.")),
    "nothing_sent": (gettext_noop("nothing sent"), gettext_noop("No file was stored in this month.")),
    "not_taken_in": (gettext_noop("not taken in"), gettext_noop("Nothing of the file is stored.")),
    "never_sent": (gettext_noop("never sent"), gettext_noop("No file of the institution was ever stored.")),
    "no_history": (gettext_noop("no month before"), gettext_noop("There is no earlier month to compare with.")),
}
ABOVE = gettext_noop(
    "A rate above 100 % is shown as it is: more was sent than returned. Visits may be sent twice, or the return leaves "
    "some out."
)
COLUMN, HEIGHT = 20, 120  # of the chart of days, in its own units


@dataclass(frozen=True, slots=True)
class Bar:
    """A named bar; ``width`` in percent of the widest of its group, ``note`` beside the value."""

    name: str
    value: str
    width: float
    note: str = ""


@dataclass(frozen=True, slots=True)
class Bars:
    """Bars under one caption."""

    caption: str
    rows: Sequence[Bar]


@dataclass(frozen=True, slots=True)
class Columns:
    """A chart of days: (day, rows, x, y, height) of each, in a box of ``width`` by ``height``."""

    caption: str
    days: Sequence[tuple[date, int, int, float, float]]
    width: int
    height: int = HEIGHT


def columns_of(caption: str, counts: Mapping[date, tuple[int, int]]) -> Columns:
    """The chart of accepted rows by day."""
    most = max((accepted for accepted, _rejected in counts.values()), default=0) or 1
    days = []
    for place, (day, (accepted, _rejected)) in enumerate(counts.items()):
        tall = round((HEIGHT - 4) * accepted / most, 1)
        days.append((day, accepted, place * COLUMN, HEIGHT - tall, tall))
    return Columns(caption, days, COLUMN * len(days))


def chosen_month(request: HttpRequest) -> tuple[Period, list[Period]]:
    """The month of ``?month=``, by default the latest that most institutions sent for; and those to choose from."""
    asked, usual = request.GET.get("month", ""), overview.default_month()
    try:
        month = Period.month(asked) if asked else usual
    except Refused:
        month = usual
    return month, sorted({*collection.months(), Period.month_of(timezone.localdate()), month}, reverse=True)


def missing(reason: str) -> Cell:
    """A value that is not there, by its reason."""
    name, meaning = REASONS[reason]
    return Cell(chip=Chip(_(name), "", _(meaning)))


def meanings(reasons: Sequence[str]) -> list[str]:
    """What each reason means, once, in words for under a table."""
    return [f"{_(REASONS[one][0])}: {_(REASONS[one][1])}" for one in dict.fromkeys(reasons) if one in REASONS]


def rate_cell(rate: Rate) -> Cell:
    """A rate in percent, or the reason why there is none; one above 100 is marked."""
    if rate.value is None:
        return missing(rate.reason)
    return Cell(f"{number(rate.value, 2)} %", chip=Chip(_("above 100 %"), "warn", _(ABOVE)) if rate.above else None)


def explained(rates: Sequence[Rate]) -> list[str]:
    """Words under a table of rates: what its reasons mean, and what a rate above 100 means, where one occurs."""
    told = meanings([rate.reason for rate in rates if rate.value is None])
    return [*told, _(ABOVE)] if any(rate.above for rate in rates) else told


def percent(part: int, whole: int) -> Any:
    """A share with two decimals; nothing of nothing is no share."""
    return f"{number(100 * part / whole, 2)} %" if whole else missing("nothing_sent")


def title_of(code: str) -> str:
    """A data set's title with its code; one that has left the catalogue is called by its code."""
    found = collection.catalogue().data_sets.get(code)
    return f"{found.title} ({code})" if found else code


def column_of(code: str, column: str) -> str:
    """A column's title and name, or that the whole row is meant."""
    found = collection.catalogue().data_sets.get(code)
    return (collection.column_name(found, column) if found else column) or _("whole row")


def when(at: datetime) -> str:
    """An instant on the city's clock with its year, for tables that span years."""
    return f"{timezone.localtime(at):%Y-%m-%d %H:%M}"
