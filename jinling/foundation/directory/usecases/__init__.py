"""Verbs of the directory."""

from jinling.foundation.directory.usecases.loading import LoadReport, load_districts, load_organizations, load_pack
from jinling.foundation.directory.usecases.register import activate, alias, deactivate, register, rename
from jinling.foundation.directory.usecases.staff import PractitionerEntry, place, register_practitioners

__all__ = [
    "LoadReport",
    "PractitionerEntry",
    "activate",
    "alias",
    "deactivate",
    "load_districts",
    "load_organizations",
    "load_pack",
    "place",
    "register",
    "register_practitioners",
    "rename",
]
