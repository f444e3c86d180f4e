"""How a notice is worded and when it is tried again, without a database."""

from __future__ import annotations

import string
from collections.abc import Mapping
from datetime import datetime, timedelta

MAX_ATTEMPTS = 6


def fields_of(text: str) -> frozenset[str]:
    """Names of the ``{field}``s of a template.

    Raises:
        ValueError: a field is not a plain name (formats, attributes and indexes are not for templates).
    """
    found = set()
    for _literal, name, form, conversion in string.Formatter().parse(text):
        if name is None:
            continue
        if not name.isidentifier() or form or conversion:
            raise ValueError(f"{{{name}}} is not a plain field")
        found.add(name)
    return frozenset(found)


def worded(text: str, fields: Mapping[str, object]) -> str:
    """The template with its fields filled in; every field of the template must be given."""
    return text.format_map({name: str(fields[name]) for name in fields_of(text)})


def next_try(attempts: int, now: datetime) -> datetime | None:
    """When a notice that failed ``attempts`` times is tried again: 10 s, then three times longer each time,
    at most half an hour; None when it is given up."""
    if attempts >= MAX_ATTEMPTS:
        return None
    return now + timedelta(seconds=min(10 * 3 ** (attempts - 1), 1800))
