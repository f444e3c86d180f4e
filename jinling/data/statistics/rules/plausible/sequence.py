"""A month after the months before: what must go on from there, and what is the same again."""

from __future__ import annotations

import math
from collections.abc import Iterator, Mapping, Sequence
from decimal import Decimal
from itertools import pairwise
from typing import Any

from jinling.data.statistics.rules.cells import column_sum, number
from jinling.data.statistics.rules.plausible.declared import plain
from jinling.data.statistics.rules.plausible.findings import ERROR, WARNING, Finding
from jinling.data.statistics.rules.plausible.models import Outlook
from jinling.data.statistics.rules.plausible.sheets import City, Month, Number, Sheet, rounded
from jinling.data.statistics.rules.plausible.unlikely import Columns

LATELY = 3  # months in which a row was there, without which it is not missed
AGAIN = 4.6  # how unlikely figures must be to be the same again: e to that power
YOUNG = 4  # fewer months than that
SAME = 0.8  # share of the figures that are the same where the table is


def period(month: Month, before: Sequence[Month]) -> Iterator[Finding]:
    """The month follows those before."""
    known = [one.period for one in before if one.period is not None]
    if month.period is None or not known:
        return
    latest = max(known)
    if month.period <= latest:
        yield Finding(ERROR, "period_known", "", "", "period", str(latest), str(month.period))
    elif month.period.previous() != latest:
        yield Finding(WARNING, "period_gap", "", "", "period", str(latest.next()), str(month.period))


def cumulated(month: Month, before: Sequence[Month]) -> Iterator[Finding]:
    """Each total to date is that of the month before and the month's."""
    last = next((one for one in reversed(before) if month.period and one.period == month.period.previous()), None)
    for name, sheet in month.sheets.items():
        earlier = last.sheets.get(name) if last else None
        layout = sheet.layout.cumulative
        if earlier is None or layout is None or month.period is None:
            continue
        place = sheet.layout.place(layout.column)
        made = {sheet.total.get(place), column_sum(sheet.listing, place)} - {None}
        for key, value in sheet.cumulative.items():
            stood = 0 if layout.begins_with(month.period) else earlier.cumulative.get(key)
            if stood is None:
                continue
            wanted = [_follows(stood, value, one, layout.rounded_to) for one in made if one is not None]
            if not any(fine for fine, _ in wanted):
                # What is printed in large units need not be of these rows alone.
                severity = ERROR if number(value) is not None else WARNING
                yield Finding(severity, "cumulative", name, "", key, wanted[0][1] if wanted else None, plain(value))


def _follows(stood: Any, value: Any, made: Number, rounded_to: int) -> tuple[bool, Any]:
    """Whether a total to date follows from an earlier one, as exactly as they are printed; and what would."""
    one, other = number(stood), number(value)
    if one is not None and other is not None:
        return one + made == other, plain(one + made)
    first, second = rounded(stood), rounded(value)
    if first is None or second is None:
        return True, None
    unit = rounded_to * 10 ** first[1]
    wanted = first[0] + Decimal(made) / unit
    return abs(second[0] - wanted) * unit <= rounded_to, float(round(wanted, first[1]))


def rows(month: Month, before: Sequence[Month]) -> Iterator[Finding]:
    """Tables and rows that are missing, and new ones. What has closed or opened is no error."""
    if before:
        for name in before[-1].sheets:
            if name not in month.sheets:
                yield Finding(WARNING, "table_missing", name)
    for name, sheet in month.sheets.items():
        sheets = [one.sheets[name] for one in before if name in one.sheets]
        lately = sheets[-LATELY:]
        for text in sheets[-1].rows if sheets else ():
            if text not in sheet.rows and all(text in one.rows for one in lately):
                yield Finding(WARNING, "row_missing", name, sheets[-1].printed[text])
        seen = {text for one in sheets for text in one.rows}
        for text in sheet.rows if sheets else ():
            if text not in seen:
                yield Finding(WARNING, "row_new", name, sheet.printed[text])
        if lately and not sheet.total and all(one.total for one in lately):
            yield Finding(WARNING, "total_missing", name)


def listed(month: Month, before: Sequence[Month], city: City) -> Iterator[Finding]:
    """Rows that the table always prints."""
    for name, sheet in month.sheets.items():
        if sheet.layout.which != "listed":
            continue
        known = {text for one in before for text in (one.sheets[name].rows if name in one.sheets else ())}
        for text in city.ordered.get(name, ()):
            if text not in sheet.rows and not known:
                yield Finding(WARNING, "row_missing", name, text)


def changed(month: Month, before: Sequence[Month], city: City) -> Iterator[Finding]:
    """Numbers where there were reasons, reasons where there were numbers, other words and texts."""
    reasons = frozenset(city.reasons.values())
    for name, sheet in month.sheets.items():
        sheets = [one.sheets[name] for one in before if name in one.sheets][-LATELY:]
        for text, row in sheet.rows.items():
            past = [one.rows[text] for one in sheets if text in one.rows]
            for place, column in enumerate(sheet.layout.columns):
                if not past or column.holds in ("position", "name"):
                    continue
                own, then = row[place], [one[place] for one in past]
                at = (name, sheet.printed[text], column.code)
                if column.figures:
                    is_number, were = number(own) is not None, [number(one) is not None for one in then]
                    if not is_number and all(were):
                        yield Finding(WARNING, "number_before", *at, plain(number(then[-1])), own)
                    elif is_number and not any(were) and any(one in reasons for one in then):
                        yield Finding(WARNING, "reason_before", *at, then[-1], plain(number(own)))
                elif own not in then:
                    yield Finding(WARNING, "other_before", *at, then[-1], own)


def running(month: Month, before: Sequence[Month]) -> Iterator[Finding]:
    """Totals so far that stand in a column: with this month's figure, or with that of the month before, whichever the
    months before show."""
    for name, sheet in month.sheets.items():
        sheets = [one.sheets[name] for one in before if name in one.sheets]
        for place, limits in sheet.limits.items():
            for other in limits.running:
                for late in (1, 0):
                    held = [ok for one, two in pairwise(sheets) for ok in _ran(one, two, place, other, late).values()]
                    if len(held) >= 8 and sum(fine for fine, _ in held) >= 0.95 * len(held):
                        for text, (fine, wanted) in _ran(sheets[-1], sheet, place, other, late).items():
                            if not fine:
                                found = plain(sheet.number(text, place))
                                at = (name, sheet.printed[text], sheet.layout.columns[place].code)
                                yield Finding(WARNING, "running", *at, wanted, found)
                        break


def _ran(before: Sheet, now: Sheet, place: int, other: int, late: int) -> dict[str, tuple[bool, Any]]:
    """Whether a column went on by the other's figure, of the month before (``late``) or of this one."""
    found = {}
    for name in now.rows:
        stood, value = before.number(name, place), now.number(name, place)
        step = (before if late else now).number(name, other)
        if stood is not None and value is not None and step is not None:
            found[name] = (value == stood + step, plain(stood + step))
    return found


def again(month: Month, before: Sequence[Month], tables: Mapping[str, Columns]) -> Iterator[Finding]:
    """Figures that are those of an earlier month though chance would hardly bring them twice."""
    for name, columns in tables.items():
        sheet = columns.sheet
        sheets = [(one.period, one.sheets[name]) for one in before if name in one.sheets]
        moving = [place for place, outlook in columns.plain.items() if outlook.past.kind in ("count", "amount")]
        chances = {
            (text, place): chance
            for place in moving
            for text in columns.plain[place].now
            if (chance := _chance(columns.plain[place], text)) >= 1.0
        }
        whole = next((when for when, one in reversed(sheets) if _same(sheet, one, chances, 4)), None)
        if whole is not None:
            code = sheet.layout.columns[moving[0]].code if len(moving) == 1 else ""
            yield Finding(WARNING, "again_table", name, "", code, expected=str(whole))
        elif sheets:
            when, last = sheets[-1]
            for place in moving:
                if _same(sheet, last, {key: one for key, one in chances.items() if key[1] == place}, 3):
                    yield Finding(
                        WARNING, "again_column", name, "", sheet.layout.columns[place].code, expected=str(when)
                    )
            own: dict[str, dict[tuple[str, int], float]] = {}
            for key, chance in chances.items():
                own.setdefault(key[0], {})[key] = chance
            for text, figures in own.items():
                if _same(sheet, last, figures, 1, 1.0) and sum(figures.values()) > AGAIN:
                    yield Finding(WARNING, "again_row", name, sheet.printed[text], expected=str(when))


def _same(
    sheet: Sheet, earlier: Sheet, chances: Mapping[tuple[str, int], float], least: int, share: float = SAME
) -> bool:
    """Whether figures are the earlier ones, so many of them that it is no chance."""
    allowed, same, odds = len(chances) - max(least, share * len(chances)), 0, 0.0
    for (name, place), chance in chances.items():
        value = sheet.number(name, place)
        if value is not None and value == earlier.number(name, place):
            same, odds = same + 1, odds + chance
        elif (allowed := allowed - 1) < 0:
            return False
    return same >= least and odds > (2 * AGAIN if least > 1 else AGAIN)


def _chance(outlook: Outlook, name: str) -> float:
    """How unlikely it is that a figure comes out at one number: the logarithm of how many it may come out at."""
    if not outlook.past.known(name):
        return 0.0
    expected = outlook.expected(name)
    noise = outlook.past.noise[name]
    if len(outlook.past.months) < YOUNG:  # which says little of how much figures scatter
        noise = min(noise, 0.04)
    spread = math.hypot(math.sqrt(expected), expected * noise)
    return max(0.0, math.log(max(2.5 * spread, 1.0)))
