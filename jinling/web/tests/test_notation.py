"""How numbers, days and amounts are written: as ever in Chinese and English, by CLDR in other languages."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, date, datetime, time, timedelta
from decimal import Decimal
from typing import Any

import pytest
from django.utils import translation

from jinling.web import notation
from jinling.web.notation import FORMATS, is_format

DAY = date(2018, 5, 3)
CHINESE = tuple(f"\u5468{number}" for number in "\u4e00\u4e8c\u4e09\u56db\u4e94\u516d\u65e5")
NAMES = ("Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun")
MONTHS = ("Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec")


@contextmanager
def city(settings: Any, language: str, currency: str, **formats: str) -> Iterator[None]:
    """A city of another language and currency, read in its own language."""
    settings.LANGUAGE_CODE, settings.JINLING_CURRENCY, settings.JINLING_FORMATS = language, currency, formats
    with translation.override(language):
        yield
    notation._notation.cache_clear()


@pytest.mark.parametrize("value", [0, -3, 999, 1000, 1234567, 21.7, 0.05, Decimal("21.70"), Decimal("-1234.5"), 1e6])
def test_numbers_keep_their_decimals_and_thousands_are_marked(value: Any) -> None:
    for language in ("zh-hans", "en"):
        with translation.override(language):
            assert notation.number(value) == f"{value:,}"
            assert notation.number(value, 2) == f"{value:,.2f}"
    with translation.override("pt"):
        swapped = f"{value:,}".translate({ord(","): ".", ord("."): ","})
        assert notation.number(value) == swapped


def test_every_day_of_a_year_reads_in_chinese_and_english_as_it_always_did() -> None:
    for day in (date(2020, 1, 1) + timedelta(days=n) for n in range(366)):
        zh, en = notation.notation("zh-hans"), notation.notation("en")
        number, month = day.weekday(), MONTHS[day.month - 1]
        short = f"{day.month}\u6708{day.day}\u65e5"
        assert (zh.day(day, "short"), en.day(day, "short")) == (short, f"{day.day} {month}")
        assert zh.day(day, "long") == f"{day.year}\u5e74{short} {CHINESE[number]}"
        assert en.day(day, "long") == f"{NAMES[number]} {day.day} {month} {day.year}"
        assert zh.day(day, "figures") == en.day(day, "figures") == f"{day.month}/{day.day}"
        assert zh.written(day) == en.written(day) == day.isoformat()


@pytest.mark.parametrize(
    ("language", "short", "long", "month", "figures", "clock"),
    [
        ("pt-br", "3 de mai.", "qui., 3 de mai. de 2018", "maio de 2018", "03/05", "08:05"),
        ("de", "3. Mai", "Do., 3. Mai 2018", "Mai 2018", "3.5.", "08:05"),
        ("ja", "5\u67083\u65e5", "2018\u5e745\u67083\u65e5(\u6728)", "2018\u5e745\u6708", "5/3", "8:05"),
        ("en-gb", "3 May", "Thu, 3 May 2018", "May 2018", "03/05", "08:05"),
        ("tet", "3 May", "Thu 3 May 2018", "May 2018", "5/3", "08:05"),  # nobody knows how Tetum is written
    ],
)
def test_days_are_written_as_each_language_does(
    language: str, short: str, long: str, month: str, figures: str, clock: str
) -> None:
    writes = notation.notation(language)
    said = [writes.day(DAY, name) for name in ("short", "long", "month", "figures")]
    assert [*said, writes.clock(time(8, 5))] == [short, long, month, figures, clock]
    assert writes.written(datetime(2018, 5, 3, 0, 5, tzinfo=UTC)).endswith(clock)


@pytest.mark.parametrize(
    ("language", "currency", "minor", "own", "english", "unit"),
    [
        ("pt-br", "BRL", 123450, "R$\xa01.234,50", "BRL 1,234.50", "R$"),
        ("de", "EUR", 1800, "18,00\xa0\u20ac", "EUR 18.00", "\u20ac"),
        ("ja", "JPY", 1800, "\uffe51,800", "JPY 1,800", "\uffe5"),
        ("ar", "KWD", 1500, "1.500", "KWD 1.500", "\u062f.\u0643.\u200f"),
        ("en-gb", "GBP", 1800, "\u00a318.00", "GBP 18.00", "\u00a3"),
    ],
)
def test_amounts_have_the_decimals_of_their_currency(
    settings: Any, language: str, currency: str, minor: int, own: str, english: str, unit: str
) -> None:
    with city(settings, language, currency):
        assert own in notation.money(minor) and unit in notation.unit()
        with translation.override("en"):
            assert (notation.money(minor), notation.unit()) == (english, currency)


def test_a_city_writes_otherwise_than_its_language_where_its_pack_says_so(settings: Any) -> None:
    with city(settings, "pt", "EUR", decimal=".", group=" ", amount="#,##0.00 euros", short="d/M", clock="HH'h'mm"):
        assert (notation.number(1234567.5), notation.money(123450)) == ("1 234 567.5", "1 234.50 euros")
        assert notation.notation().day(DAY, "short") == "3/5" and notation.notation().clock(time(8, 5)) == "08h05"
        with translation.override("en"):  # the pack speaks of its own language
            assert (notation.number(1234567.5), notation.money(123450)) == ("1,234,567.5", "EUR 1,234.50")
            assert notation.notation().day(DAY, "short") == "3 May"


def test_what_a_pack_may_say_is_held_to_what_can_be_read() -> None:
    assert all(is_format(name, "," if name in notation.SIGNS else "d.M.y #,##0.00") for name in FORMATS)
    wrong = [("decimal", ""), ("group", "''"), ("amount", "euros"), ("amount", "0 of 0"), ("colour", "d")]
    assert not [(name, form) for name, form in wrong if is_format(name, form)]
