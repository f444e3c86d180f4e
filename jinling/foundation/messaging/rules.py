"""How a notice is worded and when it is tried again, without a database."""

from __future__ import annotations

import string
from collections.abc import Mapping
from datetime import datetime, timedelta
from enum import StrEnum

from jinling.kernel.outcomes import Conflict, Invalid
from jinling.kernel.states import States

MAX_ATTEMPTS = 6


class SkipReason(StrEnum):
    """Why a notice was not sent and never will be; why a transport failed is the name of its error."""

    PAST = "past"  # what it tells of was over before it could be sent
    NO_ADDRESS = "no_address"
    NO_EMAIL = "no_email"


class NoticeSettled(Conflict):
    """A notice that was sent, skipped or given up is not touched again."""

    code = "notice_settled"
    text = "A notice that is %(state)s cannot take the step %(step)s."
    mend = "Ask for the notice anew."


LIFE = States(
    {"send": {"queued": "sent"}, "skip": {"queued": "skipped"}, "give_up": {"queued": "failed"}}, NoticeSettled
)


class MissingField(Invalid):
    """A notice cannot be worded without a value."""

    code = "missing_field"
    text = "The notice %(template)s needs the field %(field)s."
    mend = "Give every field that the wording names."


class TemplateUnknown(Invalid):
    """No context offers a wording of that name."""

    code = "template_unknown"
    text = "No notice is worded under the name %(template)s."
    mend = "Names are listed by: jinling messages templates"


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
