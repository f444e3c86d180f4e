"""City packs as they lie on disk: reading, the types that sections share, and the check of a whole pack."""

from jinling.foundation.directory.packs.checks import check_pack, examine
from jinling.foundation.directory.packs.problems import Problem
from jinling.foundation.directory.packs.reading import Pack, current_pack, names_of, packaged, read_pack
from jinling.foundation.directory.packs.sections import Code, Entry, Name, duplicates
from jinling.foundation.directory.packs.translations import write_catalogue

__all__ = [
    "Code",
    "Entry",
    "Name",
    "Pack",
    "Problem",
    "check_pack",
    "current_pack",
    "duplicates",
    "examine",
    "names_of",
    "packaged",
    "read_pack",
    "write_catalogue",
]
