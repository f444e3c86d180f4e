"""What the directory announces."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class PackLoaded:
    """A city pack was loaded; ``digest`` identifies its content."""

    city: str
    digest: str


@dataclass(frozen=True, slots=True)
class OrganizationRegistered:
    """An institution was entered by hand."""

    code: str


@dataclass(frozen=True, slots=True)
class OrganizationRenamed:
    """An institution has a new name; the old one stays its alias."""

    code: str
    old: str
    new: str


@dataclass(frozen=True, slots=True)
class OrganizationDeactivated:
    """An institution takes part no longer; its records stay."""

    code: str


@dataclass(frozen=True, slots=True)
class OrganizationChanged:
    """Something else of an institution changes from a day on: ``step`` is ``move``, ``merge``, ``correct`` ..."""

    code: str
    step: str
    on: str
