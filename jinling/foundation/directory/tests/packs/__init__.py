"""Other cities for the tests of every context that reads packs, and ways to spoil them."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

WRENPORT = Path(__file__).parent / "wrenport"
PUERTO_ALBA = Path(__file__).parent / "puertoalba"
Spoil = Callable[[Path], object]


def swap(file: str, old: str, new: str) -> Spoil:
    """A change of one file; the old text must stand in it."""

    def spoil(folder: Path) -> None:
        text = (folder / file).read_text(encoding="utf-8")
        assert old in text
        (folder / file).write_text(text.replace(old, new, 1), encoding="utf-8")

    return spoil
