"""Template tags: icons, QR codes, dates as each language writes them, masked values."""

from __future__ import annotations

from collections.abc import Collection
from datetime import date, datetime, time
from typing import Any
from urllib.parse import urlencode

from django import template
from django.conf import settings
from django.contrib.messages import constants
from django.contrib.messages.storage.base import Message
from django.forms import Form
from django.template.context import Context
from django.template.defaultfilters import stringfilter
from django.templatetags.static import static
from django.urls import reverse
from django.utils import timezone
from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString
from django.utils.translation import get_language, gettext

from jinling.kernel.identifiers import mask, mask_mobile, mask_name
from jinling.kernel.languages import chosen, english, tag
from jinling.web import notation
from jinling.web.components import Tone, qr_data_uri
from jinling.web.menus import ways

register = template.Library()


@register.simple_tag
def way(place: str, *arguments: Any) -> str:
    """The address of a place that some context offers (``{% way "people" as address %}``), empty where none does."""
    name = ways().get(place)
    return reverse(name, args=arguments) if name else ""


@register.simple_tag
def icon(name: str) -> SafeString:
    """An icon, invisible to screen readers: the word stands beside it. ``card`` is of the platform's own sprite
    ``web/icons.svg``, ``cards:chip`` of the one that the context ``cards`` brings along."""
    context, _, symbol = name.rpartition(":")
    return format_html(
        '<svg class="icon" width="22" height="22" aria-hidden="true" focusable="false"><use href="{}#{}"></use></svg>',
        static(f"{context or 'web'}/icons.svg"),
        symbol or "next",
    )


@register.simple_tag
def address(name: str, *args: Any, **query: Any) -> str:
    """The address of the page ``name`` with a query; what is missing (None or empty) is left out of it."""
    kept = {key: value for key, value in query.items() if value not in (None, "")}
    return reverse(name, args=args) + (f"?{urlencode(kept)}" if kept else "")


@register.simple_tag(takes_context=True)
def swaps(context: Context, target: str, url: str) -> SafeString:
    """The attributes of a link that exchanges only ``target`` (a selector) and writes the address into the history;
    without scripts it is a link like any other. ``url`` may be only another query of this page."""
    url = context["request"].path + url if url.startswith("?") else url
    return format_html('href="{url}" hx-get="{url}" hx-target="{target}" hx-push-url="true"', url=url, target=target)


@register.simple_tag
def hours(start: datetime | time, end: datetime | time) -> SafeString:
    """From when until when, on one line."""
    return format_html('<span class="text-nowrap">{}-{}</span>', clock(start), clock(end))


@register.simple_block_tag
def table(
    content: SafeString, caption: str, *, note: str = "", announce: str = "", kind: str = "", space: str = ""
) -> SafeString:
    """A table that says what it shows and scrolls in its own box.

    Args:
        note: stands quietly in brackets after the caption.
        announce: is said when the table comes as a fragment.
        kind: "stack", when a row becomes a card on a phone.
        space: classes of the box.
    """
    said = [caption]
    if note:
        said.append(format_html(' <span class="quiet fw-normal">({})</span>', note))
    if announce:
        said.append(format_html('<span class="visually-hidden" data-announce="{}"></span>', announce))
    return format_html(
        '<div class="scroller {}" role="region" tabindex="0" aria-label="{}">'
        '<table class="table {}"><caption>{}</caption>{}</table></div>',
        space, caption, kind, format_html_join("", "{}", ((part,) for part in said)), content,
    )  # fmt: skip


@register.inclusion_tag("web/parts/post_button.html", takes_context=True)
def post_button(
    context: Context, url: str, label: str, *, style: str = "outline-primary", about: str = "", **fields: object
) -> dict[str, object]:
    """A button that sends ``fields`` to ``url`` (empty: this page); ``about`` says to screen readers which of several
    alike it is."""
    return {
        "csrf_token": context.get("csrf_token"),
        "url": url,
        "label": label,
        "style": style,
        "about": about,
        "fields": fields,
    }


@register.inclusion_tag("web/parts/post_form.html", takes_context=True)
def post_form(
    context: Context,
    form: Form,
    submit: str,
    *,
    name: str = "",
    title: str = "",
    lead: str = "",
    note: str = "",
    columns: str = "",
    style: str = "primary",
) -> dict[str, object]:
    """A form with its fields and one button, sent to this page.

    Args:
        submit: what stands on the button; ``style`` is how it looks.
        name: which of the page's forms it is, sent as ``form``.
        title: with one the form is a sheet of its own, and ``lead`` stands below the title.
        note: stands above the button.
        columns: classes of each field's column.
    """
    return {
        "csrf_token": context.get("csrf_token"),
        "form": form,
        "submit": submit,
        "name": name,
        "title": title,
        "lead": lead,
        "note": note,
        "columns": columns,
        "style": style,
    }


register.filter("lang", stringfilter(tag))


@register.simple_tag
def other_language() -> tuple[str, str] | None:
    """The language to which a reader may change, code and name; None in a city whose language is English."""
    now = english(get_language() or "")
    return next(((code, name) for code, name in settings.LANGUAGES if english(code) != now), None)


@register.filter
def named(value: Any) -> str:
    """What has a ``name`` and a ``name_en``, by the one that the reader understands."""
    return chosen(value.name, value.name_en, get_language() or "") if value else ""


@register.simple_tag
def hotline() -> str:
    """The number that people call with questions, as the city pack gives it; "" where the city has none."""
    return str(settings.JINLING_HOTLINE)


@register.simple_tag
def emergency() -> str:
    """The number of the city's ambulances; "" where the pack gives none."""
    return str(settings.JINLING_EMERGENCY)


@register.simple_tag
def qr(text: str, alt: str) -> SafeString:
    """A QR code as an image; ``alt`` says what scanning it does."""
    return format_html('<img class="qr" src="{}" alt="{}" width="176" height="176">', qr_data_uri(text), alt)


@register.filter
def weekday(value: date | datetime | None) -> str:
    """The weekday, short."""
    return _day(value, "EEE")


@register.filter
def day_short(value: date | datetime | None) -> str:
    """Day and month without weekday."""
    return _day(value, "short")


@register.filter
def day_figures(value: date | datetime | None) -> str:
    """Day and month in figures alone."""
    return _day(value, "figures")


@register.filter
def day_long(value: date | datetime | None) -> str:
    """Day, month, year and weekday."""
    return _day(value, "long")


def _day(value: date | datetime | None, pattern: str) -> str:
    day = notation.day_of(value)
    return notation.notation().day(day, pattern) if day else ""


@register.filter
def clock(value: datetime | time | None) -> str:
    """Hours and minutes on the city's clock."""
    if value is None:
        return ""
    if isinstance(value, datetime):
        value = (timezone.localtime(value) if timezone.is_aware(value) else value).time()
    return notation.notation().clock(value)


@register.filter
def moment(value: datetime | None) -> str:
    """A day and its time on the city's clock."""
    return f"{day_short(value)} {clock(value)}" if value else ""


register.filter("masked_name", stringfilter(mask_name))
register.filter("masked_number", stringfilter(mask))
register.filter("masked_mobile", stringfilter(mask_mobile))


@register.filter
def fee(value: int | None) -> str:
    """A fee, in the minor unit of the city's currency; none, and one that nobody knows, are said in words."""
    if value is None:
        return gettext("to be asked at the hospital")
    return notation.money(value) if value else gettext("free of charge")


@register.filter
def bar_width(value: float, full: float) -> str:
    """How wide a bar is in per cent of ``full``; never clamped, because rates above 100 exist."""
    return f"{100 * value / full:.1f}" if full else "0"


@register.filter
def message_tone(message: Message) -> Tone:
    """The tone of the note that shows a message."""
    tones: dict[int, Tone] = {constants.ERROR: "bad", constants.WARNING: "warn", constants.SUCCESS: "good"}
    return tones.get(message.level, "")


@register.filter
def button_tone(tags: Collection[str] | None) -> str:
    """The classes of a button of allauth's pages, by what allauth says the button is for."""
    said = set(tags or ())
    if said & {"danger", "delete"}:
        return "btn-outline-danger"
    return "btn-outline-primary" if said & {"secondary", "outline", "cancel"} else "btn-primary"
