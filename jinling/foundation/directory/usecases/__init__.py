"""Verbs of the directory."""

from jinling.foundation.directory.usecases.changes import change, preview
from jinling.foundation.directory.usecases.loading import LoadReport, load_pack
from jinling.foundation.directory.usecases.packed import load_districts, load_organizations
from jinling.foundation.directory.usecases.practitioners import PractitionerEntry, register_practitioners
from jinling.foundation.directory.usecases.register import (
    alias,
    close,
    correct,
    merge,
    move,
    register,
    rename,
    reopen,
    reown,
    split,
    succeed,
)
from jinling.foundation.directory.usecases.taking_back import retract, unalias
from jinling.foundation.directory.usecases.versions import begin

__all__ = [
    "LoadReport",
    "PractitionerEntry",
    "alias",
    "begin",
    "change",
    "close",
    "correct",
    "load_districts",
    "load_organizations",
    "load_pack",
    "merge",
    "move",
    "preview",
    "register",
    "register_practitioners",
    "rename",
    "reopen",
    "reown",
    "retract",
    "split",
    "succeed",
    "unalias",
]
