"""Figures that are unlikely after the months before: cells, whole columns, ratios of two."""

from __future__ import annotations

import math
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from jinling.data.statistics.rules.plausible.declared import plain
from jinling.data.statistics.rules.plausible.findings import WARNING, Finding
from jinling.data.statistics.rules.plausible.models import Kind, Outlook, Past, past_largest
from jinling.data.statistics.rules.plausible.sheets import Month, Sheet

LIKELY, SURE = 3.0, 5.0  # deviations from which a figure may be worth a look, and from which it is
MOST = 2  # how many of those in between a reader is shown: the farthest of the month
MANY = 0.4  # share of a column's rows from which the column is what is wrong


@dataclass(frozen=True, slots=True)
class Hit:
    """A figure that is far from what was to be expected; ``other`` is the column of a ratio."""

    far: float
    table: str
    name: str
    place: int
    expected: float
    found: float
    other: int | None = None


@dataclass(frozen=True, slots=True)
class Columns:
    """The columns of a table before their past: by place, and ratios by the two places."""

    sheet: Sheet
    plain: Mapping[int, Outlook]
    ratios: Mapping[tuple[int, int], Outlook]


@dataclass(frozen=True, slots=True)
class Pasts:
    """What the months before tell of the columns of a table, and of ratios of two."""

    plain: Mapping[int, Past]
    ratios: Mapping[tuple[int, int], Past]

    @classmethod
    def of(cls, sheets: Sequence[Sheet]) -> Pasts:
        """The past of a table, oldest month first."""
        latest = sheets[-1]
        places = [place for place, column in enumerate(latest.layout.columns) if column.figures]
        ratios = [(place, other) for place in places for other, steady in latest.limits[place].along if steady]
        return cls(
            {place: Past.of(kind_of(latest, place), [one.numbers(place) for one in sheets]) for place in places},
            {pair: Past.of("ratio", [_ratio(one, *pair)[0] for one in sheets]) for pair in ratios},
        )


def outlooks(month: Month, pasts: Mapping[str, Pasts]) -> dict[str, Columns]:
    """What every column of the month is held to."""
    return {
        name: Columns(
            sheet,
            {
                place: Outlook.of(past, sheet.numbers(place), _few(sheet, place))
                for place, past in pasts[name].plain.items()
            },
            {pair: Outlook.of(past, *_ratio(sheet, *pair)) for pair, past in pasts[name].ratios.items()},
        )
        for name, sheet in month.sheets.items()
        if name in pasts
    }


def kind_of(sheet: Sheet, place: int) -> Kind:
    """How the figures of a column scatter."""
    holds = sheet.layout.columns[place].holds
    if holds == "rate":
        return "rate"
    if holds == "amount":
        return "amount"
    return "held" if sheet.limits[place].held else "count"


def unlikely(tables: Mapping[str, Columns]) -> Iterator[Finding]:
    """Whole columns first; then, of the rows, what is certainly far, and the farthest of the rest."""
    rows: dict[tuple[str, str], list[Hit]] = {}
    for name, columns in tables.items():
        for place, outlook in columns.plain.items():
            hits = list(_hits(name, columns.sheet, place, outlook))
            known = sum(1 for row in outlook.now if outlook.past.known(row))
            shift = outlook.shift
            if shift is not None and abs(shift) > past_largest(outlook.past):
                yield _column(name, columns.sheet, place, math.exp(shift))
            elif len(hits) >= 3 and len(hits) >= MANY * known:
                typical = sorted((hit.found + 0.5) / (hit.expected + 0.5) for hit in hits)[len(hits) // 2]
                yield _column(name, columns.sheet, place, typical)
            for hit in hits:
                rows.setdefault((name, hit.name), []).append(hit)
        for (place, other), outlook in columns.ratios.items():
            for hit in _hits(name, columns.sheet, place, outlook, other):
                rows.setdefault((name, hit.name), []).append(hit)
    farthest = sorted(
        (max(hits, key=lambda hit: abs(hit.far)) for hits in rows.values()), key=lambda hit: -abs(hit.far)
    )
    sure = [hit for hit in farthest if abs(hit.far) >= SURE]
    for hit in sure + farthest[len(sure) : len(sure) + MOST]:
        columns = tables[hit.table]
        yield _finding(hit, columns.sheet, columns.plain[hit.place])


def _hits(table: str, sheet: Sheet, place: int, outlook: Outlook, other: int | None = None) -> Iterator[Hit]:
    for name, value in outlook.now.items():
        if not outlook.past.known(name):
            continue
        far = outlook.far(name, value)
        if abs(far) >= LIKELY:
            yield Hit(far, table, name, place, outlook.expected(name), value, other)


def _few(sheet: Sheet, place: int) -> dict[str, float]:
    """How much of an amount is chance, because it is made of few payments."""
    if sheet.layout.columns[place].holds != "amount":
        return {}
    return {
        name: 1 / math.sqrt(count + 0.2)
        for other, _ in sheet.limits[place].along
        for name, count in sheet.numbers(other).items()
    }


def _ratio(sheet: Sheet, place: int, other: int) -> tuple[dict[str, float], dict[str, float]]:
    """The ratio of two columns by row, and how much of it is chance or rounding."""
    rate = sheet.layout.columns[place].holds == "rate"
    ratios, extra = {}, {}
    whole = sheet.numbers(other)
    for name, value in sheet.numbers(place).items():
        against = whole.get(name, 0.0)
        if value > 0 and against > 0:
            ratios[name] = value / against
            extra[name] = 0.006 / value if rate else 1 / math.sqrt(against)
    return ratios, extra


def _column(table: str, sheet: Sheet, place: int, times: float) -> Finding:
    return Finding(WARNING, "column_unlikely", table, "", sheet.layout.columns[place].code, 1, float(f"{times:.3g}"))


def _finding(hit: Hit, sheet: Sheet, outlook: Outlook) -> Finding:
    column = sheet.layout.columns[hit.place]
    at: dict[str, Any] = {"table": hit.table, "row": sheet.printed[hit.name], "column": column.code}
    if hit.other is not None:
        fields = {"other": sheet.layout.columns[hit.other].code}
        expected, found = float(f"{hit.expected:.4g}"), float(f"{hit.found:.4g}")
        return Finding(WARNING, "ratio", **at, expected=expected, found=found, fields=fields)
    value = sheet.number(hit.name, hit.place)
    expected = round(hit.expected) if column.holds != "rate" else round(hit.expected, 2)
    slip = slip_of(plain(value), lambda other: abs(outlook.far(hit.name, other))) if abs(hit.far) >= SURE else None
    if slip is None:
        return Finding(WARNING, "unlikely", **at, expected=expected, found=plain(value))
    return Finding(WARNING, "slip", **at, expected=expected, found=plain(value), fields={"slip": slip})


def slip_of(value: Any, far: Any) -> Any:
    """The figure that one slip of the hand or of the unit made this one of: the likeliest, where one is likely."""
    for candidates in (_units(value), _digits(str(value))):
        best = min(((far(float(one)), one) for one in candidates), default=None, key=lambda pair: pair[0])
        if best is not None and best[0] < 1.5:
            return best[1]
    return None


def _units(value: Any) -> list[Any]:
    if not value:
        return []
    whole = isinstance(value, int)
    found: list[Any] = []
    for power in (10, 100, 1000, 10000):
        found.append(value * power if whole else round(value * power, 2))
        if not whole or value % power == 0:
            found.append(value // power if whole else round(value / power, 2))
    return found


def _digits(text: str) -> list[Any]:
    """Every number that is one changed, exchanged, added or missing digit away."""
    texts = set()
    for at, letter in enumerate(text):
        if letter == ".":
            continue
        texts |= {text[:at] + digit + text[at + 1 :] for digit in "0123456789"}
        texts |= {text[:at] + digit + text[at:] for digit in "0123456789"}
        texts.add(text[:at] + text[at + 1 :])
        if at + 1 < len(text) and text[at + 1] != ".":
            texts.add(text[:at] + text[at + 1] + letter + text[at + 2 :])
    texts |= {text + digit for digit in "0123456789"} if "." not in text else set()
    texts -= {text, "", "."}
    return [float(one) if "." in one else int(one) for one in sorted(texts) if one.replace(".", "", 1).isdecimal()]
