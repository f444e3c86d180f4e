"""Texts for people as locale files hold them: what the platform says, and what a city's own catalogue makes of it."""

from __future__ import annotations

import io
import re
from collections.abc import Iterator
from functools import lru_cache
from pathlib import Path
from typing import Any

from jinling.kernel.languages import CHINESE, fits, locale

PACKAGE = Path(__file__).resolve().parent.parent
# A message's context, if it has one, and its msgid, or its two where it counts something.
Text = tuple[str | None, str | tuple[str, ...]]
_LINE = re.compile(r'\s*(?:#.*|(?:(?:msgctxt|msgid|msgid_plural|msgstr(?:\[\d+\])?)\s+)?"(?:[^"\\]|\\.)*"\s*)?')


def sources(package: Path = PACKAGE) -> Iterator[Path]:
    """Every locale file of the package, those of contexts and of rooms."""
    for depth in ("*", "*/*"):
        yield from sorted(package.glob(f"{depth}/locale/*/LC_MESSAGES/*.po"))


@lru_cache(maxsize=1)
def texts() -> tuple[Text, ...]:
    """Every text of the platform. Its own locale files have them all: the build finds one that is missing."""
    own = (path for path in sources() if path.parent.parent.name == locale(CHINESE))
    found = {text_of(message) for path in own for message in read(path, CHINESE) if message.id}
    return tuple(sorted(found, key=str))


class TextsBroken(ValueError):
    """A locale file cannot be read; ``line`` is where, 0 where nobody knows."""

    def __init__(self, why: str, line: int) -> None:
        super().__init__(why)
        self.line = line


def read(path: Path, language: str) -> Any:
    """The messages of a locale file, none where there is no such file.

    Raises:
        TextsBroken: it is no locale file.
    """
    from babel.messages import Catalog
    from babel.messages.pofile import PoFileError, read_po

    if not path.exists():
        about = "# What the platform says, in the city's language."
        return Catalog(locale=locale(language), fuzzy=False, header_comment=about, project="Jinling")
    try:
        text = path.read_bytes().decode("utf-8-sig")
        for number, line in enumerate(text.splitlines(), 1):
            if not _LINE.fullmatch(line):  # Babel would take the half of it
                raise TextsBroken(line[:60], number)
        return read_po(io.StringIO(text), locale=locale(language), abort_invalid=True)
    except TextsBroken:
        raise
    except (PoFileError, ValueError, LookupError, AttributeError, TypeError, SyntaxError) as error:
        raise TextsBroken(f"{type(error).__name__}: {error}", getattr(error, "lineno", None) or 0) from None


def written(messages: Any) -> bytes:
    """A locale file with every text of the platform, and what the given messages say of each."""
    from babel.messages.pofile import write_po

    wanted = set(texts())
    for message in [message for message in messages if message.id and text_of(message) not in wanted]:
        messages.delete(message.id, message.context)
    for context, said in texts():
        if messages.get(said, context) is None:
            messages.add(said, context=context)
    target = io.BytesIO()
    write_po(target, messages, width=0, sort_output=True)
    return target.getvalue()


def text_of(message: Any) -> Text:
    """A message as :func:`texts` names it."""
    return message.context, message.id if isinstance(message.id, str) else tuple(message.id)


def forms(message: Any) -> list[str]:
    """What a message is translated by, without the forms that are empty."""
    said = [message.string] if isinstance(message.string, str) else list(message.string)
    return [form for form in said if form]


def misfits(messages: Any) -> Iterator[Any]:
    """Messages with another number of forms than their language, or with other placeholders than their text."""
    for message in messages:
        if not message.id or not forms(message):
            continue
        ids = [message.id] if isinstance(message.id, str) else list(message.id)
        whole = len(ids) == 1 or len(forms(message)) == messages.num_plurals
        if not whole or not all(fits(ids, form) for form in forms(message)):
            yield message


def untranslated(messages: Any) -> list[Text]:
    """Texts of the platform without a translation, or with one that is marked as a guess."""
    found = {text_of(message) for message in messages if message.id and forms(message) and not message.fuzzy}
    return [text for text in texts() if text not in found]
