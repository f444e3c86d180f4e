"""The catalogue against itself: what a data set must have, and that everything it names exists."""

from __future__ import annotations

import re
from collections.abc import Iterator

from jinling.data.collection.catalogue.reading import Catalogue
from jinling.engine.spec import DataSet, Rule

# How many columns each kind of rule takes, and of which formats ("" is any).
SHAPES: dict[str, tuple[int, int, str]] = {
    "order": (2, 2, "time"),
    "greater": (2, 2, "number"),
    "at_most": (2, 2, "number"),
    "within": (3, 40, "number"),
    "product": (3, 3, "number"),
    "together": (2, 2, ""),
    "required_when": (2, 2, ""),
    "differ": (2, 2, "text"),
    "id_birth": (2, 2, ""),
    "id_sex": (2, 2, "text"),
    "identity": (2, 2, "text"),
}
ELEMENT = re.compile(r"DE[0-9]{2}\.[0-9]{2}\.[0-9]{3}\.[0-9]{2}")


def problems(catalogue: Catalogue) -> Iterator[str]:
    """Every contradiction, one sentence each, naming data set and column. None means the catalogue is sound."""
    for data_set in catalogue.data_sets.values():
        for problem in _data_set_problems(data_set, catalogue):
            yield f"{data_set.code}: {problem}"


def _data_set_problems(data_set: DataSet, catalogue: Catalogue) -> Iterator[str]:
    names = data_set.names
    for name in sorted({name for name in names if names.count(name) > 1}):
        yield f"column {name} stands twice"
    titles = [column.title for column in data_set.columns]
    if not all(titles) or not data_set.title:
        yield "a heading is empty"
    by_name = data_set.by_name
    for name in (data_set.institution, data_set.event_date, *data_set.key):
        if name not in by_name:
            yield f"{name} is named but is no column"
        elif not by_name[name].required:
            yield f"{name} is part of the key, the institution or the event date and must be required"
    if data_set.event_date in by_name and by_name[data_set.event_date].format.kind not in ("day", "instant"):
        yield f"the event date {data_set.event_date} is no date"
    if data_set.event_date in by_name and by_name[data_set.event_date].future:
        yield f"the event date {data_set.event_date} may not lie in the future"
    if data_set.institution not in data_set.key:
        yield "the institution is not part of the key"
    if column_rules(data_set) < 5:
        yield f"only {column_rules(data_set)} rules on columns"
    for column in data_set.columns:
        if column.element and not ELEMENT.fullmatch(column.element):
            yield f"{column.name}: {column.element} is no WS 363 element id"
        if column.check not in ("", "resident_id"):
            yield f"{column.name}: no check digit is called {column.check}"
        if column.low is not None and column.high is not None and column.low > column.high:
            yield f"{column.name}: the range is empty"
        longest = max(map(len, column.values), default=0)
        if longest > column.format.length:
            yield f"{column.name}: a code of {longest} characters does not fit into {column.format}"
        try:
            re.compile(column.pattern)
        except re.error as error:
            yield f"{column.name}: the pattern cannot be read ({error})"
    for rule in data_set.rules:
        yield from _rule_problems(rule, data_set)
    for reference in data_set.references:
        if reference.to not in catalogue.data_sets:
            yield f"a reference leads to {reference.to}, which is not there"
            continue
        target = catalogue.data_sets[reference.to]
        if len(reference.columns) != len(reference.on):
            yield f"the reference to {reference.to} names more columns on one side"
        for name in (name for name in reference.columns if name not in by_name):
            yield f"the reference to {reference.to} names {name}, which is no column"
        for name in (name for name in reference.on if name not in target.by_name):
            yield f"the reference to {reference.to} names {name}, which is no column there"


def _rule_problems(rule: Rule, data_set: DataSet) -> Iterator[str]:
    if rule.kind not in SHAPES:
        yield f"no rule is called {rule.kind}"
        return
    fewest, most, kind = SHAPES[rule.kind]
    if not fewest <= len(rule.columns) <= most:
        yield f"{rule.code}: takes {fewest} to {most} columns"
    for name in rule.columns:
        column = data_set.by_name.get(name)
        if column is None:
            yield f"{rule.code}: {name} is no column"
        elif kind == "time" and column.format.kind not in ("day", "instant"):
            yield f"{rule.code}: {name} is no date"
        elif kind in ("number", "text") and column.format.kind != kind:
            yield f"{rule.code}: {name} is no {kind}"
    if rule.kind in ("required_when", "identity") and not rule.when:
        yield f"{rule.code}: says not when"


def column_rules(data_set: DataSet) -> int:
    """How many rules stand on single columns: required, values, check digits, patterns, ranges, dates, lengths."""
    return sum(
        column.required
        + bool(column.values)
        + bool(column.check)
        + bool(column.pattern)
        + (column.low is not None)
        + (column.format.kind in ("day", "instant"))
        + (column.format.exact and column.format.kind == "text")
        for column in data_set.columns
    )
