"""What the settings take from the city pack: one clock for the whole platform, and the numbers that people call."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from zoneinfo import ZoneInfo

import yaml

import jinling.cities
from jinling.kernel.outcomes import Refused


class CityNotReadable(Refused):
    """The setting that names the city pack names none."""

    code = "city_not_readable"
    text = "JINLING_CITY names %(city)s, which is no city pack: %(reason)s."
    mend = "Name a pack that comes along (%(known)s), or a folder with a city.yaml in it."


@dataclass(frozen=True, slots=True)
class City:
    """``timezone`` is the IANA name of the city's clock; the telephone numbers are "" where it has none."""

    timezone: str
    hotline: str
    emergency: str


def city_of(name: str) -> City:
    """What a pack's ``city.yaml`` says, read before there are settings and without looking at the rest of the pack.

    Args:
        name: a packaged name or a folder, as ``JINLING_CITY`` gives it.

    Raises:
        CityNotReadable: there is no such pack, or its city.yaml cannot be read or gives no time zone.
    """
    packaged = Path(next(iter(jinling.cities.__path__)))
    known = sorted(path.parent.name for path in packaged.glob("*/city.yaml"))
    folder = packaged / name if name in known else Path(name).expanduser()
    try:
        read = yaml.safe_load((folder / "city.yaml").read_text(encoding="utf-8"))
        if not isinstance(read, dict):
            raise ValueError("it holds no keys")
        numbers = {name: str(read.get(name) or "") for name in ("hotline", "emergency")}
        city = City(timezone=str(read["timezone"]), **numbers)
        ZoneInfo(city.timezone)
    except (OSError, RuntimeError) as error:
        reason = getattr(error, "strerror", None) or str(error)
    except (ValueError, TypeError, KeyError, AttributeError, yaml.YAMLError) as error:
        reason = f"city.yaml, {type(error).__name__}: {' '.join(str(error).split())[:200]}"
    else:
        return city
    raise CityNotReadable(city=name[:200], reason=reason, known=", ".join(known))
