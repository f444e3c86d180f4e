"""Periods of time that figures belong to: a month ("2018-05"), a year ("2018") or a day ("2018-05-31")."""

from __future__ import annotations

import calendar
import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from datetime import date, datetime, time, timedelta, tzinfo
from typing import Any, Literal, TypeVar

from jinling.kernel.outcomes import Invalid

T = TypeVar("T")
PeriodKind = Literal["yearly", "monthly", "daily"]

# ASCII digits only: \d would let full-width digits through, and two spellings of one month.
_FORM = re.compile(r"([0-9]{4})(?:-([0-9]{2})(?:-([0-9]{2}))?)?")


class PeriodUnreadable(Invalid):
    """A text that names no month, year or day."""

    code = "period_unreadable"
    text = "%(period)s is not a period."
    mend = "Write a month as 2018-05, a year as 2018 or a day as 2018-05-31."


class NotAMonth(Invalid):
    """A year or a day where a month is asked for."""

    code = "not_a_month"
    text = "%(period)s is not a month."
    mend = "Write a month as 2018-05."


@dataclass(frozen=True, slots=True, order=True)
class Period:
    """A calendar period, named as it is written; periods of one kind sort by time.

    Args:
        text: ``YYYY``, ``YYYY-MM`` or ``YYYY-MM-DD``, from year 1900 on.

    Raises:
        PeriodUnreadable: the text has another form or names no date.
    """

    text: str
    kind: PeriodKind = field(init=False, compare=False)
    first: date = field(init=False, compare=False)
    last: date = field(init=False, compare=False)

    def __post_init__(self) -> None:
        form = _FORM.fullmatch(self.text) if isinstance(self.text, str) else None
        if form is None or not 1900 <= int(form[1]) <= 9998:
            raise PeriodUnreadable(period=repr(self.text)[:60])
        month, day = (None if part is None else int(part) for part in form.groups()[1:])
        try:
            first = date(int(form[1]), 1 if month is None else month, 1 if day is None else day)
        except ValueError:
            raise PeriodUnreadable(period=repr(self.text)) from None
        if day is not None:
            kind, last = "daily", first
        elif month is not None:
            kind, last = "monthly", first.replace(day=calendar.monthrange(first.year, month)[1])
        else:
            kind, last = "yearly", date(first.year, 12, 31)
        for name, value in (("kind", kind), ("first", first), ("last", last)):
            object.__setattr__(self, name, value)

    @classmethod
    def month(cls, text: str) -> Period:
        """The month that a text names.

        Raises:
            PeriodUnreadable: no period.
            NotAMonth: a year or a day.
        """
        period = cls(text)
        if period.kind != "monthly":
            raise NotAMonth(period=text)
        return period

    @classmethod
    def month_of(cls, day: date) -> Period:
        """The month that a day belongs to."""
        return cls(f"{day:%Y-%m}")

    def __str__(self) -> str:
        return self.text

    def __contains__(self, day: date) -> bool:
        return self.first <= day <= self.last

    def days(self) -> Iterator[date]:
        """Every day from first to last."""
        for offset in range((self.last - self.first).days + 1):
            yield self.first + timedelta(days=offset)

    def start(self, zone: tzinfo) -> datetime:
        """The first instant of the period in a time zone."""
        return datetime.combine(self.first, time.min, tzinfo=zone)

    def end(self, zone: tzinfo) -> datetime:
        """The first instant after the period in a time zone: compare with ``<``."""
        return datetime.combine(self.last + timedelta(days=1), time.min, tzinfo=zone)

    def previous(self) -> Period:
        """The period of the same kind just before."""
        return self._holding(self.first - timedelta(days=1))

    def next(self) -> Period:
        """The period of the same kind just after."""
        return self._holding(self.last + timedelta(days=1))

    def _holding(self, day: date) -> Period:
        return Period(day.isoformat()[: len(self.text)])


@dataclass(frozen=True, slots=True)
class Span:
    """Whole days on a city's clock, of which figures are counted: all of ``first`` to ``last``."""

    first: date
    last: date
    zone: tzinfo
    _counted: dict[Any, Any] = field(default_factory=dict, init=False, repr=False, compare=False)

    @classmethod
    def of(cls, period: Period, zone: tzinfo) -> Span:
        """The days of a period."""
        return cls(period.first, period.last, zone)

    @property
    def start(self) -> datetime:
        """The first instant."""
        return datetime.combine(self.first, time.min, tzinfo=self.zone)

    @property
    def end(self) -> datetime:
        """The first instant after: compare with ``<``."""
        return datetime.combine(self.last + timedelta(days=1), time.min, tzinfo=self.zone)

    @property
    def month(self) -> Period:
        """The month in which the span begins."""
        return Period.month_of(self.first)

    def once(self, count: Callable[..., T], *arguments: Any) -> T:
        """``count(span, *arguments)``, called once for this very span: what several indicators are made of."""
        key = (count, *arguments)
        if key not in self._counted:
            self._counted[key] = count(self, *arguments)
        found: T = self._counted[key]
        return found
