"""The shape of the sections of a city pack that scheduling reads: channels and release policies."""

from __future__ import annotations

from typing import Annotated, Any, Literal

from django.utils.translation import gettext as _
from pydantic import AfterValidator, Field, model_validator

from jinling.foundation.directory.public import Code, Entry, Name
from jinling.services.scheduling.rules.kinds import Audience

Clock = Annotated[str, Field(pattern=r"^([01]\d|2[0-3]):[0-5]\d$")]
Money = Annotated[str, Field(pattern=r"^\d{1,6}\.\d{2}$")]
Day = Annotated[int, Field(ge=0, le=365)]
Count = Annotated[int, Field(ge=0, le=10_000)]


def _window(days: list[int]) -> list[int]:
    if len(days) != 2 or not 0 <= days[0] <= days[1] <= 365:
        raise ValueError(_("A window is [first day, last day], the first not after the last."))
    return days


def _label(shape: list[Any]) -> list[Any]:
    if len(shape) != 2 or not isinstance(shape[0], int):
        raise ValueError(_('A label is [first day, last day], the last day a number or "7+n".'))
    return shape


Window = Annotated[list[int], AfterValidator(_window)]
LabelShape = Annotated[list[int | Annotated[str, Field(pattern=r"^\d+\s*\+\s*n$")]], AfterValidator(_label)]


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
    audience: Annotated[Audience, Field(strict=False)] = Audience.PUBLIC


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
            raise ValueError(_("days_before and until stand where cancelling is allowed, and only there."))
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
        if self.in_release_table and not set(Audience) <= self.model_fields_set:
            raise ValueError(_("An entry of the release table gives public and community, null where not open."))
        return self


class ReleaseLabels(Entry):
    public: dict[Name, LabelShape | None]
    community: dict[Name, LabelShape | None]
    en: dict[Name, Name] = {}


class ReleasePoliciesFile(Entry):
    defaults: PolicyDefaults
    release_labels: ReleaseLabels
    policies: list[Policy]


class DepartmentEntry(Entry):
    category: Name
    name: Name
    name_en: Name
    fee: Count
    place: Name
    sex: Literal["female", "male"] | None = None
    age_min: Count | None = None
    age_max: Count | None = None


class DepartmentsFile(Entry):
    departments: Annotated[list[DepartmentEntry], Field(min_length=1)]
    titles: Annotated[list[Name], Field(min_length=1)]
