"""Locale files compiled into what gettext reads. The compiled files are built, not kept: git does not know them.

In a source tree the command and the tests call :func:`refresh` before Django reads a text, so that whoever changed a
locale file, or fetched another's change, sees the new Chinese without a step of his own. A wheel brings them along.

``python -m jinling.config.catalogues`` compiles what is missing or old, and nothing else.
"""

from __future__ import annotations

import os
import sys
from collections.abc import Iterator
from pathlib import Path

PACKAGE = Path(__file__).resolve().parent.parent


def sources(package: Path = PACKAGE) -> Iterator[Path]:
    """Every locale file of the package, those of contexts and of rooms."""
    for depth in ("*", "*/*"):
        yield from sorted(package.glob(f"{depth}/locale/*/LC_MESSAGES/*.po"))


def stale(package: Path = PACKAGE) -> list[Path]:
    """Locale files whose compiled file is missing or older."""
    return [path for path in sources(package) if _age(path.with_suffix(".mo")) < _age(path)]


def refresh(package: Path = PACKAGE) -> None:
    """Compile what is stale, if the package stands in a source tree. Says so on stderr where it may not write."""
    if not (package.parent / "pyproject.toml").exists():
        return
    for path in stale(package):
        try:
            compile_file(path)
        except PermissionError as error:
            print(
                f"{error.filename}: the translations are old and cannot be written; run: make install", file=sys.stderr
            )


def compile_file(path: Path) -> None:
    """Write the ``.mo`` beside a ``.po``, at one stroke: several processes may start at once."""
    # Only where something is to compile: a start does not pay for it.
    from babel.messages.mofile import write_mo
    from babel.messages.pofile import read_po

    with path.open("rb") as source:
        catalogue = read_po(source, locale="zh_Hans")
    part = path.with_name(f".{path.stem}.{os.getpid()}.mo")
    with part.open("wb") as target:
        write_mo(target, catalogue)
    part.replace(path.with_suffix(".mo"))


def _age(path: Path) -> int:
    return path.stat().st_mtime_ns if path.exists() else 0


if __name__ == "__main__":
    refresh()
