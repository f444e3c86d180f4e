"""Faults of figures: what happens to one cell, or a few, when people type and copy."""

from __future__ import annotations

from typing import Any

from tests.faults.placing import Draft, Place, figure, has_figures, numeric, place
from tests.faults.scene import name_at, reasons
from tests.faults.seasons import days
from tests.faults.ties import CUMULATIVE, number, totalled

COLLECTED = ("collection_district", "collection_hospital")


def like(value: Any, text: str) -> Any:
    """A text as a value of the kind that stood there; what is left of an amount or a rate stays one."""
    sign, text = ("-", text[1:]) if text.startswith("-") else ("", text)
    whole, _, rest = text.partition(".")
    text = sign + (whole.lstrip("0") or "0") + (f".{rest}" if rest else "")
    if isinstance(value, str):
        return text
    return int(text) if isinstance(value, int) and "." not in text else float(text)


def digits(text: str) -> list[int]:
    """Where the digits stand."""
    return [at for at, letter in enumerate(text) if letter.isdigit()]


def changed(draft: Draft, text: str) -> str:
    """Any digit, any other digit."""
    at = draft.rng.choice(digits(text))
    return text[:at] + draft.rng.choice([each for each in "0123456789" if each != text[at]]) + text[at + 1 :]


def transposed(draft: Draft, text: str) -> str:
    """Two neighbours in the wrong order; equal ones change nothing."""
    pairs = [at for at in digits(text)[:-1] if at + 1 in digits(text)]
    if not pairs:
        return text
    at = draft.rng.choice(pairs)
    return text[:at] + text[at + 1] + text[at] + text[at + 2 :]


def dropped(draft: Draft, text: str) -> str:
    """A key that was not hit."""
    at = draft.rng.choice(digits(text))
    left = text[:at] + text[at + 1 :]
    return left if left[:1].isdigit() else text


def added(draft: Draft, text: str) -> str:
    """A key that was hit twice, or one more."""
    at = draft.rng.choice(digits(text))
    more = text[at] if draft.rng.random() < 0.5 else draft.rng.choice("0123456789")
    return text[:at] + more + text[at:]


def typed(spoil: Any) -> Any:
    """A planter that spoils the digits of one figure."""

    def plant(draft: Draft) -> Place:
        _, row, at, where = draft.cell(figure)
        other = like(row[at], spoil(draft, str(row[at])))
        row[at] = other if number(other) != number(row[at]) else row[at]
        return where

    return plant


def scaled(value: Any, factor: float) -> Any:
    """A figure in another unit, as it is then typed."""
    got = float(value) * factor
    if isinstance(value, str):
        return f"{got:.2f}"
    return round(got) if isinstance(value, int) and (factor > 1 or got >= 100) else round(got, 2)


def wrong_unit(draft: Draft) -> Place:
    """A figure, or a whole column, ten or a hundred times too large or small, or in ten thousands."""
    factor = draft.rng.choice([10, 100, 0.1, 0.01, 0.0001])
    name, row, at, where = draft.cell(lambda column, value: figure(column, value) and number(value))
    table = draft.document["tables"][name]
    rows = table["rows"] if draft.rng.random() < 1 / 3 else [row]
    for each in rows:
        if number(each[at]) is not None:
            each[at] = scaled(each[at], factor)
    return where if len(rows) == 1 else place(name, table, rows, [table["columns"][at]])


def negative(draft: Draft) -> Place:
    """A minus that nobody meant."""
    _, row, at, where = draft.cell(lambda column, value: figure(column, value) and number(value))
    row[at] = f"-{row[at]}" if isinstance(row[at], str) else -row[at]
    return where


def impossible(draft: Draft) -> Place:
    """More days than the month has, more tables than there are, a rate without its point."""
    rng, what = draft.rng, draft.rng.choice(["upload_days", "tables_declared", "outpatient_rate", "discharge_rate"])
    name, row, at, where = draft.cell(
        lambda column, value: column == what and isinstance(value, (int, float)) and value >= 3
    )
    if what == "upload_days":
        row[at] = rng.randint(days(draft.document["period"]) + 1, 99)
    elif what == "tables_declared":
        required = row[draft.document["tables"][name]["columns"].index("tables_required")]
        row[at] = rng.choice([row[at] * 10, required + rng.randint(1, 60)])
        row[at] += required if row[at] <= required else 0
    else:
        row[at] = rng.choice([round(row[at] * 100), rng.randint(3, 19) * 100 + row[at]])
    return where


def swapped_cells(draft: Draft) -> Place:
    """The figures of two rows in each other's place, in one column; neighbours most often."""
    name, table = draft.table(has_figures)
    at = draft.rng.choice(numeric(table))
    first = draft.rng.randrange(len(table["rows"]))
    second = first + 1 if draft.rng.random() < 0.6 else draft.rng.randrange(len(table["rows"]))
    rows = [table["rows"][each % len(table["rows"])] for each in (first, second)]
    rows[0][at], rows[1][at] = rows[1][at], rows[0][at]
    return place(name, table, rows, [table["columns"][at]])


def shifted_column(draft: Draft) -> Place:
    """A column pasted one row too low, from some row to the end."""
    name, table = draft.table(has_figures)
    return shift(draft, name, table, [draft.rng.choice(numeric(table))])


def shifted_block(draft: Draft) -> Place:
    """All figures of some rows pasted one row too low."""
    name, table = draft.table(lambda name, table: len(numeric(table)) > 1)
    return shift(draft, name, table, numeric(table))


def shift(draft: Draft, name: str, table: dict[str, Any], columns: list[int]) -> Place:
    """From some row on, everything comes from the row above; the first keeps its own, the last is lost."""
    rows = table["rows"]
    start = draft.rng.randrange(len(rows) - 1)
    end = draft.rng.choice([len(rows) - 1, draft.rng.randrange(start + 1, len(rows))])
    for at in range(end, start, -1):
        for column in columns:
            rows[at][column] = rows[at - 1][column]
    return place(name, table, rows[start : end + 1], [table["columns"][column] for column in columns])


def swapped_columns(draft: Draft) -> Place:
    """Two columns in each other's place; from an export their totals too."""
    name, table = draft.table(lambda name, table: len(numeric(table)) > 1)
    first, second = draft.rng.sample(numeric(table), 2)
    for row in table["rows"]:
        row[first], row[second] = row[second], row[first]
    names, totals = totalled(table), table.get("printed_total")
    columns = [table["columns"][first], table["columns"][second]]
    if isinstance(totals, list) and set(columns) <= set(names) and draft.rng.random() < 0.5:
        one, other = (names.index(column) for column in columns)
        totals[one], totals[other] = totals[other], totals[one]
    return place(name, table, table["rows"], columns)


def reason_for_number(draft: Draft) -> Place:
    """A reason where a figure belongs."""
    _, row, at, where = draft.cell(figure)
    row[at] = draft.rng.choice(list(reasons().values()))
    return where


def number_for_reason(draft: Draft) -> Place:
    """A figure where there is none: nought, or that of another row."""
    name, row, at, where = draft.cell(lambda column, value: column not in ("progress",) and value in reasons().values())
    others = [each[at] for each in draft.document["tables"][name]["rows"] if isinstance(each[at], (int, float))]
    row[at] = draft.rng.choice([0, *others] if others else [0, draft.rng.randint(1, 30)])
    return where


def wrong_total(draft: Draft) -> Place:
    """A total with a wrong digit, last month's, or one that misses a row."""
    name, table = draft.table(lambda name, table: "printed_total" in table)
    rng, columns = draft.rng, totalled(table)
    several = isinstance(table["printed_total"], list)
    at = rng.randrange(len(columns))
    column = table["columns"].index(columns[at])
    totals = table["printed_total"] if several else [table["printed_total"]]
    last = draft.last[name]["printed_total"]
    missing = number(totals[at]) or 0
    missing -= number(rng.choice(table["rows"])[column]) or 0
    spoilt = rng.choice([changed, transposed, dropped, added])(draft, str(totals[at]))
    other = rng.choice([spoilt, spoilt, str(last[at] if several else last), str(missing)])
    value = like(totals[at], other)
    if several:
        table["printed_total"][at] = value
    else:
        table["printed_total"] = value
    return Place(name, columns=frozenset((columns[at], "printed_total")))


def wrong_cumulative(draft: Draft) -> Place:
    """A running total with a wrong digit, last month's, or the month added twice."""
    name, table = draft.table(lambda name, table: name in CUMULATIVE)
    key, column = CUMULATIVE[name]
    text = str(table[key])
    unit = text.lstrip("0123456789.")
    plain, last = text.removesuffix(unit), str(draft.last[name][key]).removesuffix(unit)
    twice = float(plain) * 2 - float(last) if unit else int(plain) * 2 - int(last)
    spoilt = draft.rng.choice([changed, transposed, dropped, added])(draft, plain)
    other = draft.rng.choice([spoilt, spoilt, last, f"{twice:.1f}" if unit else str(twice)])
    table[key] = other + unit if unit else int(other)
    return Place(name, columns=frozenset((key, "cumulative", column)))


def wrong_position(draft: Draft) -> Place:
    """A position with a wrong digit, or the one before again."""
    name, table = draft.table(lambda name, table: table["columns"][0] == "no")
    row = draft.rng.choice(table["rows"])
    row[0] = draft.rng.choice([int(changed(draft, str(row[0]))), row[0] - 1, row[0] + 1])
    at = name_at(table["columns"])
    return place(name, table, [each for each in table["rows"] if each[at] == row[at]], ["no"])
