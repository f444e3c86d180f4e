"""Locale files compiled into what gettext reads. The compiled files are built, not kept: git does not know them.

In a source tree the command and the tests call :func:`refresh` before Django reads a text, so that whoever changed a
locale file, or fetched another's change, sees the new Chinese without a step of his own. A wheel brings them along.

A city's pack may hold the texts of its own language; those are compiled into the home (:func:`pack_texts`).

``python -m jinling.config.catalogues`` compiles what is missing or old, and nothing else.
"""

from __future__ import annotations

import hashlib
import os
import sys
from pathlib import Path
from typing import Any

from jinling.kernel.languages import CHINESE, locale
from jinling.kernel.outcomes import Refused
from jinling.web.texts import TextsBroken, misfits, read, sources

PACKAGE = Path(__file__).resolve().parent.parent


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


class TranslationsUnreadable(Refused):
    """The pack's translations cannot be read."""

    code = "translations_unreadable"
    text = "The translations %(file)s cannot be read: %(reason)s."
    mend = "Correct the file; jinling city check PATH tells what is wrong with it."


def pack_texts(pack: Path, language: str, under: Path) -> Path:
    """The folder in which the texts of a pack's own language stand compiled; what is missing or old is compiled anew.

    A language that the pack does not translate stands there with no text: everything then reads in English, also where
    Django does not know the language. What would not fit its text stays out.

    Args:
        under: where such folders are kept; a pack may lie where nobody writes.

    Raises:
        TranslationsUnreadable: a file of the pack cannot be read.
    """
    place = under / hashlib.sha256(str(pack).encode()).hexdigest()[:16]
    part = Path(locale(language)) / "LC_MESSAGES" / "django.po"
    source, target = pack / "locale" / part, place / part.with_suffix(".mo")
    age = _age(source)
    if not target.exists() or _age(target) != age:
        target.parent.mkdir(parents=True, exist_ok=True)
        try:
            messages = read(source, language)
            for message in list(misfits(messages)):
                messages.delete(message.id, message.context)
            _write(messages, target)
        except (TextsBroken, OSError) as error:
            raise TranslationsUnreadable(file=str(source), reason=str(error)) from None
        os.utime(target, ns=(age, age))
    return place


def compile_file(path: Path) -> None:
    """Write the ``.mo`` beside a ``.po``."""
    _write(read(path, CHINESE), path.with_suffix(".mo"))


def _write(catalogue: Any, path: Path) -> None:
    """At one stroke: several processes may start at once."""
    # Only where something is to compile: a start does not pay for it.
    from babel.messages.mofile import write_mo

    part = path.with_name(f".{path.stem}.{os.getpid()}.mo")
    with part.open("wb") as target:
        write_mo(target, catalogue)
    part.replace(path)


def _age(path: Path) -> int:
    return path.stat().st_mtime_ns if path.exists() else 0


if __name__ == "__main__":
    refresh()
