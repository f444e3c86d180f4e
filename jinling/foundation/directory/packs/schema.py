"""The shape of each file of a city pack.

Files and their keys are described for people in ``jinling/cities/README.md``.
"""

from __future__ import annotations

from typing import Annotated, Any, Literal
from zoneinfo import available_timezones

from pydantic import AfterValidator, BaseModel, ConfigDict, Field, model_validator

Code = Annotated[str, Field(pattern=r"^[A-Za-z0-9][A-Za-z0-9_-]{0,63}$")]
Name = Annotated[str, Field(min_length=1, max_length=120)]
Clock = Annotated[str, Field(pattern=r"^([01]\d|2[0-3]):[0-5]\d$")]
Money = Annotated[str, Field(pattern=r"^\d{1,6}\.\d{2}$")]
Day = Annotated[int, Field(ge=0, le=365)]
Count = Annotated[int, Field(ge=0, le=10_000)]
Share = Annotated[int, Field(ge=0, le=100)]  # per cent
Month = Annotated[str, Field(pattern=r"^\d{4}-(0[1-9]|1[0-2])$")]


def _zone(name: str) -> str:
    if name not in available_timezones():
        raise ValueError("not the name of a time zone")
    return name


def _window(days: list[int]) -> list[int]:
    if len(days) != 2 or not 0 <= days[0] <= days[1] <= 365:
        raise ValueError("a window is [first day, last day], the first not after the last")
    return days


def _label(shape: list[Any]) -> list[Any]:
    if len(shape) != 2 or not isinstance(shape[0], int):
        raise ValueError('a label is [first day, last day], the last day a number or "7+n"')
    return shape


Window = Annotated[list[int], AfterValidator(_window)]
LabelShape = Annotated[list[int | Annotated[str, Field(pattern=r"^\d+\s*\+\s*n$")]], AfterValidator(_label)]


class Entry(BaseModel):
    """Anything in a pack: exact types, no key that is not known."""

    model_config = ConfigDict(extra="forbid", strict=True)


class NamingEntry(Entry):
    prefixes: list[Name] = []
    suffixes: list[Name] = []
    equivalents: dict[Name, str] = {}
    variants: dict[Annotated[str, Field(min_length=1, max_length=1)], Annotated[str, Field(max_length=1)]] = {}
    readings: dict[Name, list[Annotated[str, Field(pattern=r"^[a-z]+( [a-z]+)*$")]]] = {}


class CityFile(Entry):
    code: Code
    name: Name
    name_en: Name
    timezone: Annotated[str, AfterValidator(_zone)]
    hotline: str = ""
    naming: NamingEntry = NamingEntry()


class FormerDistrict(Entry):
    code: Code
    name: Name


class DistrictEntry(Entry):
    code: Code
    name: Name
    name_en: Name
    short_name: str = ""
    local: bool = False
    formerly: list[FormerDistrict] = []


class DistrictsFile(Entry):
    districts: Annotated[list[DistrictEntry], Field(min_length=1)]


class OrganizationEntry(Entry):
    code: Code
    name: Name
    name_en: Name
    kind: Literal[
        "hospital",
        "branch",
        "community_health_centre",
        "maternal_child_institute",
        "disease_prevention",
        "authority",
        "other",
    ]
    ownership: Literal["municipal", "provincial", "district", "military", "other"]
    district: Code | None = None
    level: Literal["tertiary", "secondary", "primary"] | None = None
    part_of: Code | None = None
    address: str = ""
    lng: Annotated[float, Field(ge=-180, le=180)] | None = None
    lat: Annotated[float, Field(ge=-90, le=90)] | None = None
    crs: Literal["gcj02", "wgs84"] | None = None
    aliases: list[Name] = []
    pinyin: list[Annotated[str, Field(pattern=r"^[a-z0-9]+( [a-z0-9]+)*$")]] = []
    active: bool = True

    @model_validator(mode="after")
    def _place(self) -> OrganizationEntry:
        if len({self.lng is None, self.lat is None, self.crs is None}) > 1:
            raise ValueError("lng, lat and crs stand together or not at all")
        return self


class OrganizationsFile(Entry):
    organizations: Annotated[list[OrganizationEntry], Field(min_length=1)]


class ChannelKind(Entry):
    code: Code
    name: Name
    name_en: Name


class Route(Entry):
    code: Code
    name: Name
    name_en: Name
    kind: Code
    in_route_table: bool = False
    audience: Literal["public", "community"] = "public"


class ChannelsFile(Entry):
    kinds: Annotated[list[ChannelKind], Field(min_length=1)]
    routes: list[Route]


class Cancellation(Entry):
    allowed: bool
    days_before: Day | None = None
    until: Clock | None = None

    @model_validator(mode="after")
    def _deadline(self) -> Cancellation:
        if self.allowed == (self.days_before is None or self.until is None):
            raise ValueError("days_before and until stand where cancelling is allowed, and only there")
        return self


class Pickup(Entry):
    am: Clock
    pm: Clock
    evening: Clock


class Limits(Entry):
    per_day: Count
    per_department_day: Count
    per_doctor_day: Count
    active: Count


class Penalty(Entry):
    limit: Count
    period_days: Day
    suspend_days: Day


class PolicyDefaults(Entry):
    public: Window | None
    community: Window | None
    release_clock: Clock
    next_day_closes: Clock
    cancellation: Cancellation
    pickup: Pickup
    booking_fee: Money
    hold_minutes: Count
    accounts_per_mobile: Count
    limits: Limits
    no_show: Penalty
    cancelling: Penalty
    pools: dict[Name, Count] = {}


class Policy(Entry):
    organization: Name
    public: Window | None = None
    community: Window | None = None
    in_release_table: bool = False
    release_clock: Clock | None = None
    next_day_closes: Clock | None = None
    cancellation: Cancellation | None = None
    pickup: Pickup | None = None
    booking_fee: Money | None = None
    hold_minutes: Count | None = None
    limits: Limits | None = None
    pools: dict[Name, Count] | None = None
    source: str = ""

    @model_validator(mode="after")
    def _whole_row(self) -> Policy:
        if self.in_release_table and not {"public", "community"} <= self.model_fields_set:
            raise ValueError("an entry of the release table gives public and community, null where not open")
        return self


class ReleaseLabels(Entry):
    public: dict[Name, LabelShape | None]
    community: dict[Name, LabelShape | None]
    en: dict[Name, Name] = {}


class ReleasePoliciesFile(Entry):
    defaults: PolicyDefaults
    release_labels: ReleaseLabels
    policies: list[Policy]


class Reason(Entry):
    code: Code
    name: Name
    name_en: Name
    meaning: str = ""


class ReasonsFile(Entry):
    reasons: list[Reason]


class Street(Entry):
    code: Code
    name: Name
    district: Code
    run_by: Code | None = None


class StreetsFile(Entry):
    streets: list[Street]
