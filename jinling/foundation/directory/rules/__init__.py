"""Decisions of the directory over plain values."""

from jinling.foundation.directory.rules.names import (
    Naming,
    loose_key,
    name_key,
    nearest,
    variant_key,
    with_prefixes,
    without_prefix,
)
from jinling.foundation.directory.rules.reading import readings, search_text
from jinling.foundation.directory.rules.refusals import (
    AmbiguousOrganization,
    AnotherCityLoaded,
    AnotherCityNamed,
    AnotherClockLoaded,
    BadEntry,
    BadName,
    DistrictUnknown,
    LocationUnknown,
    NameTaken,
    OrganizationUnknown,
    PackRefused,
    PackUnknown,
    PractitionerUnknown,
    unknown_organization,
)

__all__ = [
    "AmbiguousOrganization",
    "AnotherCityLoaded",
    "AnotherCityNamed",
    "AnotherClockLoaded",
    "BadEntry",
    "BadName",
    "DistrictUnknown",
    "LocationUnknown",
    "NameTaken",
    "Naming",
    "OrganizationUnknown",
    "PackRefused",
    "PackUnknown",
    "PractitionerUnknown",
    "loose_key",
    "name_key",
    "nearest",
    "readings",
    "search_text",
    "unknown_organization",
    "variant_key",
    "with_prefixes",
    "without_prefix",
]
