"""How numbers, days, months, clocks and amounts are written in the reader's language.

Chinese and English have the platform's own patterns, every other language those of Unicode's CLDR (Babel). What a city
writes in another way than its language stands in its pack under ``formats``.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, date, datetime, time
from decimal import Decimal
from functools import lru_cache
from typing import Any

from django.conf import settings
from django.utils import timezone
from django.utils.translation import get_language

from jinling.kernel.languages import CHINESE, ENGLISH
from jinling.kernel.money import decimals, major

# CLDR patterns of the platform's two languages, and the skeletons by which those of others are found.
PATTERNS = {
    CHINESE: {"short": "M\u6708d\u65e5", "long": "y\u5e74M\u6708d\u65e5 EEE", "month": "y\u5e74M\u6708"},
    ENGLISH: {"short": "d MMM", "long": "EEE d MMM y", "month": "MMMM y"},
}
FIGURES = {"figures": "M/d", "date": "y-MM-dd", "brief": "MM-dd", "clock": "HH:mm"}
SKELETONS = {"short": "MMMd", "long": "yMMMEd", "month": "yMMMM", "figures": "Md"}
# What a pack may say: signs of numbers, and patterns.
SIGNS = ("decimal", "group")
FORMATS = (*SIGNS, *SKELETONS, "date", "brief", "clock", "amount")
_NUMBER = re.compile(r"[#0,]*0(?:\.[0#]+)?")


@dataclass(frozen=True)
class Notation:
    """How one language writes: Babel's locale, patterns by name, and signs that take the place of the locale's."""

    locale: Any
    patterns: Mapping[str, str]
    signs: Mapping[int, str]

    def number(self, value: int | float | Decimal) -> str:
        """A number with its own decimals, thousands marked as the language does it."""
        from babel.numbers import format_decimal

        written = format_decimal(value, format=self._pattern(_fraction(value)), locale=self.locale)
        return written.translate(self.signs)

    def day(self, value: date, pattern: str) -> str:
        """A day by the name of a pattern, or by the pattern itself."""
        from babel.dates import format_date

        return format_date(value, format=self.patterns.get(pattern, pattern), locale=self.locale)

    def written(self, value: date | time) -> str:
        """A day, an instant or a clock as a sentence names it."""
        if isinstance(value, time):
            return self.clock(value)
        if isinstance(value, datetime):
            at = timezone.localtime(value) if timezone.is_aware(value) else value
            return f"{self.day(at.date(), 'brief')} {self.clock(at.time())}"
        return self.day(value, "date")

    def clock(self, value: time) -> str:
        """Hours and minutes."""
        from babel.dates import format_time

        return format_time(value, format=self.patterns["clock"], locale=self.locale)

    def amount(self, value: Decimal, currency: str) -> str:
        """An amount of the major unit with all decimals of its currency."""
        from babel.numbers import format_currency

        places = decimals(currency)
        pattern = _NUMBER.sub(self._pattern(places), self.patterns["amount"])
        written = format_currency(value, currency, format=pattern, locale=self.locale, currency_digits=False)
        return written.translate(self.signs)

    def unit(self, currency: str) -> str:
        """What stands beside the number of an amount: the currency's sign, code or word."""
        from babel.numbers import get_currency_symbol

        beside = _NUMBER.sub("", self.patterns["amount"].partition(";")[0]).strip().replace("\u00a4\u00a4", currency)
        return beside.replace("\u00a4", get_currency_symbol(currency, locale=self.locale)).strip()

    def _pattern(self, places: int) -> str:
        whole = self.locale.decimal_formats[None].pattern.partition(";")[0].partition(".")[0]
        return f"{whole}.{'0' * places}" if places else whole


def is_format(name: str, form: str) -> bool:
    """Whether a pack may write ``form`` under the name: a sign of one character, or a pattern that can be read."""
    from babel.dates import format_datetime

    if name in SIGNS:
        return len(form) == 1
    if name == "amount":
        return len(_NUMBER.findall(form.partition(";")[0])) == 1
    at = datetime(2018, 5, 3, 8, 5, tzinfo=UTC)
    try:
        return name in FORMATS and bool(format_datetime(at, form, locale=ENGLISH).strip())
    except (KeyError, ValueError, AttributeError, NotImplementedError):
        return False


def notation(language: str = "") -> Notation:
    """How a language writes, without one the reader's."""
    return _notation(language or get_language() or settings.LANGUAGE_CODE, tuple(settings.JINLING_FORMATS.items()))


@lru_cache(maxsize=16)
def _notation(language: str, formats: tuple[tuple[str, str], ...]) -> Notation:
    from babel import Locale, UnknownLocaleError

    own = language == settings.LANGUAGE_CODE
    try:
        locale = Locale.parse(language, sep="-")
    except (UnknownLocaleError, ValueError):
        language, locale = ENGLISH, Locale.parse(ENGLISH)
    patterns = FIGURES | PATTERNS[language] if language in PATTERNS else _patterns(locale)
    # English beside another language names the currency by its code; a city writes its own as its language does.
    patterns["amount"] = locale.currency_formats["standard"].pattern if own else "\u00a4\u00a4 #,##0.00"
    said = dict(formats) if own else {}
    patterns |= {name: form for name, form in said.items() if name not in SIGNS}
    symbols = locale.number_symbols["latn"]
    signs = {ord(symbols[name]): said[name] for name in SIGNS if name in said}
    return Notation(locale, patterns, signs)


def _patterns(locale: Any) -> dict[str, str]:
    """The patterns by which a locale writes days; those of its dates where it has none for a skeleton."""
    from babel.dates import match_skeleton

    found = {"clock": locale.time_formats["short"].pattern}
    for name, skeleton in SKELETONS.items():
        known = match_skeleton(skeleton, locale.datetime_skeletons)
        whole = locale.date_formats["short" if name == "figures" else "medium"]
        found[name] = (locale.datetime_skeletons[known] if known else whole).pattern
    return found | {"date": locale.date_formats["medium"].pattern, "brief": found["short"]}


def number(value: int | float | Decimal, places: int | None = None) -> str:
    """A number as the reader's language writes it, with the decimals that it has, or with so many."""
    return notation().number(value if places is None else Decimal(f"{value:.{places}f}"))


def weekday(number: int) -> str:
    """A weekday, short; 0 is Monday."""
    return notation().day(date(2018, 1, 1 + number), "EEE")


def month(value: date) -> str:
    """The month of a day, with its year."""
    return notation().day(value, "month")


def instant(value: datetime) -> str:
    """A day with its year and the time, on the city's clock."""
    at, writes = timezone.localtime(value), notation()
    return f"{writes.day(at.date(), 'date')} {writes.clock(at.time())}"


def money(value: int) -> str:
    """An amount in the minor unit of the city's currency."""
    currency = settings.JINLING_CURRENCY
    return notation().amount(major(value, digits=decimals(currency)), currency)


def unit() -> str:
    """What amounts are in, as it stands beside them: €, CNY."""
    return notation().unit(settings.JINLING_CURRENCY)


def day_of(value: date | datetime | None) -> date | None:
    """The day of an instant on the city's clock."""
    if isinstance(value, datetime):
        return timezone.localtime(value).date() if timezone.is_aware(value) else value.date()
    return value


def _fraction(value: int | float | Decimal) -> int:
    if isinstance(value, int):
        return 0
    exponent = Decimal(str(value)).as_tuple().exponent
    return max(0, -exponent) if isinstance(exponent, int) else 0
