"""Decisions of the directory over plain values."""

from jinling.foundation.directory.rules.names import (
    AliasSource,
    Naming,
    loose_key,
    name_key,
    variant_key,
    with_prefixes,
    without_prefix,
)
from jinling.foundation.directory.rules.reading import readings, search_text, sounds
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
    OrganizationMissing,
    OrganizationUnknown,
    PackRefused,
    PackUnknown,
    PractitionerUnknown,
    unknown_organization,
)
from jinling.foundation.directory.rules.spellings import Spelling, Spellings, nearest
from jinling.foundation.directory.rules.writing import strict

__all__ = [
    "AliasSource",
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
    "OrganizationMissing",
    "OrganizationUnknown",
    "PackRefused",
    "PackUnknown",
    "PractitionerUnknown",
    "Spelling",
    "Spellings",
    "loose_key",
    "name_key",
    "nearest",
    "readings",
    "search_text",
    "sounds",
    "strict",
    "unknown_organization",
    "variant_key",
    "with_prefixes",
    "without_prefix",
]
