"""What the settings take from the city pack: one clock for the whole platform, the language and its forms, the
currency, the numbers that people call."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from types import MappingProxyType
from typing import Any
from zoneinfo import ZoneInfo

import yaml
from django.conf.locale import LANG_INFO

import jinling.cities
from jinling.kernel.countries import CHINA, Country, country_of
from jinling.kernel.languages import CHINESE, LANGUAGE, spelled
from jinling.kernel.money import CURRENCY
from jinling.kernel.outcomes import Refused

# What a pack that does not say speaks and pays in.
LANGUAGE_UNSAID, CURRENCY_UNSAID = CHINESE, "CNY"


class CityNotReadable(Refused):
    """The setting that names the city pack names none."""

    code = "city_not_readable"
    text = "JINLING_CITY names %(city)s, which is no city pack: %(reason)s."
    mend = "Name a pack that comes along (%(known)s), or a folder with a city.yaml in it."


@dataclass(frozen=True, slots=True)
class City:
    """``timezone`` is the IANA name of the city's clock; the telephone numbers are "" where it has none. ``country`` is
    China where the pack has no ``country.yaml``.

    ``language`` is a code as Django spells it, ``currency`` one of ISO 4217; ``formats`` say how the city writes
    numbers and dates where it does so in another way than its language.
    """

    path: Path
    timezone: str
    hotline: str
    emergency: str
    language: str
    currency: str
    formats: Mapping[str, str]
    country: Country


def city_of(name: str) -> City:
    """What a pack's ``city.yaml`` says, read before there are settings and without looking at the rest of the pack.

    Args:
        name: a packaged name or a folder, as ``JINLING_CITY`` gives it.

    Raises:
        CityNotReadable: there is no such pack, or its city.yaml cannot be read, gives no time zone or names no language
            or currency.
    """
    packaged = Path(next(iter(jinling.cities.__path__)))
    known = sorted(path.parent.name for path in packaged.glob("*/city.yaml"))
    folder = packaged / name if name in known else Path(name).expanduser()
    try:
        read = yaml.safe_load((folder / "city.yaml").read_text(encoding="utf-8"))
        if not isinstance(read, dict):
            raise ValueError("it holds no keys")
        numbers = {name: str(read.get(name) or "") for name in ("hotline", "emergency")}
        city = City(
            path=folder.resolve(),
            timezone=str(read["timezone"]),
            language=spelled(_one_of(read, "language", LANGUAGE, LANGUAGE_UNSAID)),
            currency=_one_of(read, "currency", CURRENCY, CURRENCY_UNSAID),
            formats=MappingProxyType({str(name): str(form) for name, form in (read.get("formats") or {}).items()}),
            country=_country(folder),
            **numbers,
        )
        ZoneInfo(city.timezone)
    except (OSError, RuntimeError) as error:
        reason = getattr(error, "strerror", None) or str(error)
    except (ValueError, TypeError, KeyError, AttributeError, yaml.YAMLError, Refused) as error:
        reason = f"city.yaml or country.yaml, {type(error).__name__}: {' '.join(str(error).split())[:200]}"
    else:
        return city
    raise CityNotReadable(city=name[:200], reason=reason, known=", ".join(known))


def _one_of(read: Mapping[str, Any], key: str, form: str, unsaid: str) -> str:
    said = str(read.get(key) or unsaid)
    if not re.fullmatch(form, said):
        raise ValueError(f"{key} {said!r} is not of the form {form}")
    return said


def name_of(language: str) -> str:
    """What a language calls itself; its code where nobody knows."""
    for code in (language, language.partition("-")[0]):
        if known := LANG_INFO.get(code, {}).get("name_local"):
            return str(known)
    # Only where Django does not know it: no other start waits for it.
    from babel import Locale, UnknownLocaleError

    try:
        return Locale.parse(language, sep="-").get_display_name() or language
    except (UnknownLocaleError, ValueError):
        return language


def _country(folder: Path) -> Country:
    file = next((folder / name for name in ("country.yaml", "country.json") if (folder / name).is_file()), None)
    if file is None:
        return CHINA
    # Every value as the text that stands there: YAML's own rules would make a truth value of Norway's code. This loader
    # makes texts, lists and mappings of them and nothing else.
    read = yaml.load(file.read_text(encoding="utf-8"), Loader=yaml.BaseLoader)  # nosec B506
    return country_of(read.get("country", read))
