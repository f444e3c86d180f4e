"""What pages are made of beside templates: whole page or fragment, chips, tables, tiles, QR codes."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Literal

import segno
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.cache import patch_vary_headers
from django.utils.translation import gettext, pgettext

from jinling.kernel.outcomes import Refused
from jinling.web.notation import instant

# How verbs write an instant into a refusal: ISO 8601 with its offset.
INSTANT = re.compile(r"\d{4}-\d\d-\d\dT\d\d:\d\d(:\d\d(\.\d+)?)?([+-]\d\d:\d\d|Z)")
Tone = Literal["", "info", "good", "warn", "bad"]


@dataclass(frozen=True, slots=True)
class Chip:
    """A short word with a tone; ``reason`` is said in full next to it or in its title."""

    text: str
    tone: Tone = ""
    reason: str = ""


@dataclass(frozen=True, slots=True)
class Action:
    """Something that may be done now: a button that sends to ``url``; which there are is decided by rules, never by a
    template. ``confirm`` is a question that is asked before."""

    label: str
    url: str
    style: Literal["primary", "danger", "outline-primary", "outline-danger"] = "outline-primary"
    confirm: str = ""


@dataclass(frozen=True, slots=True)
class Tile:
    """One number with its name; ``note`` says as of when or out of what."""

    name: str
    value: str
    note: str = ""
    url: str = ""


@dataclass(frozen=True, slots=True)
class Column:
    """A column's heading; ``numeric`` aligns its cells at the end, ``whole`` keeps a cell (a time) on one line."""

    heading: str
    numeric: bool = False
    whole: bool = False


@dataclass(frozen=True, slots=True)
class Cell:
    """A cell that is more than text: a link, a chip, or a missing value's reason."""

    text: str = ""
    url: str = ""
    chip: Chip | None = None


@dataclass(frozen=True, slots=True)
class Table:
    """A table that says what it shows. ``rows`` are cells (text, number or ``Cell``) by column."""

    caption: str
    columns: Sequence[Column]
    rows: Sequence[Sequence[Any]]
    empty: str = ""

    def cells(self) -> list[list[tuple[Column, Any, bool]]]:
        """Rows of (column, value, whether the value is a ``Cell``), for the template."""
        return [
            [(column, value, isinstance(value, Cell)) for column, value in zip(self.columns, row, strict=True)]
            for row in self.rows
        ]


@dataclass(frozen=True, slots=True)
class Problem:
    """A refusal for people: what, then how to mend it; ``field`` is the id of the field at fault."""

    text: str
    mend: str = ""
    field: str = ""
    steps: Sequence[tuple[str, str]] = ()


def told(refused: Refused, *, field: str = "") -> Problem:
    """A refusal in the reader's language; instants read on the city's clock, codes as words."""
    fields = {name: _readable(value) for name, value in refused.fields.items()}
    text = gettext(refused.text) % fields if fields else gettext(refused.text)
    mend = gettext(refused.mend) if refused.mend else ""
    return Problem(text=text, mend=mend % fields if fields and mend else mend, field=field)


def _readable(value: Any) -> Any:
    if not isinstance(value, str):
        return value
    if INSTANT.fullmatch(value):
        return instant(datetime.fromisoformat(value))
    return pgettext("value", value) if value else value


def show(
    request: HttpRequest,
    whole: str,
    context: Mapping[str, Any],
    *,
    part: str = "",
    status: int = 200,
    private: bool = False,
) -> HttpResponse:
    """Answer with the whole page, or with its fragment when htmx asks for one.

    Args:
        whole: template of the page, which includes ``part``.
        part: template of the fragment; without one htmx gets the whole page too.
        private: the page shows a person's data and is kept by no cache.
    """
    htmx = getattr(request, "htmx", None)
    fragment = bool(part and htmx and not htmx.boosted and not htmx.history_restore_request)
    response = render(request, part if fragment else whole, dict(context), status=status)
    if part:
        patch_vary_headers(response, ["HX-Request"])
    if private:
        response["Cache-Control"] = "no-store"
    return response


def qr_data_uri(text: str) -> str:
    """A QR code of ``text`` as an SVG data URI, error correction M, four quiet modules."""
    return str(segno.make(text, error="m", micro=False).svg_data_uri(scale=4, border=4, dark="#000", light="#fff"))
