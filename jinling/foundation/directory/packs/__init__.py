"""City packs as they lie on disk: reading, the shape of each file, and checks across files."""

from jinling.foundation.directory.packs.checks import check_pack
from jinling.foundation.directory.packs.problems import Problem
from jinling.foundation.directory.packs.reading import Pack, current_pack, packaged, read_pack

__all__ = ["Pack", "Problem", "check_pack", "current_pack", "packaged", "read_pack"]
