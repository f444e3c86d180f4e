"""What is wrong with a pack: where, what, and how to put it right."""

from __future__ import annotations

from dataclasses import asdict, dataclass
from typing import Any


@dataclass(frozen=True, slots=True)
class Problem:
    """One problem of a pack. ``code`` is stable; ``line`` is 1-based, 0 when a file has none to name.

    A ``remark`` keeps the pack from nothing.
    """

    file: str
    code: str
    what: str
    remedy: str = ""
    entry: str = ""
    line: int = 0
    remark: bool = False

    def __str__(self) -> str:
        place = f"{self.file}:{self.line}" if self.line else self.file
        head = f"{place}: {self.entry}: {self.what}" if self.entry else f"{place}: {self.what}"
        return f"{head} {self.remedy}".rstrip()

    def as_dict(self) -> dict[str, Any]:
        """For JSON."""
        return asdict(self)
