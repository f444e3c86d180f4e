"""The texts of a city's own language: a gettext catalogue in the pack, ``locale/<language>/LC_MESSAGES/django.po``."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

from django.utils.translation import gettext as _

from jinling.foundation.directory.packs.files import LARGEST
from jinling.foundation.directory.packs.problems import Problem
from jinling.foundation.directory.packs.reading import Pack
from jinling.kernel.languages import CHINESE, english, locale, spelled
from jinling.web import texts

FOLDER = "locale"
FEW = 3  # how many missing texts are named


def check_translations(pack: Pack) -> Iterator[Problem]:
    """A catalogue that cannot be read, one whose texts do not fit, and files that nobody reads."""
    wanted = catalogue_of(pack)
    for path in sorted((pack.path / FOLDER).rglob("*")):
        name = path.relative_to(pack.path).as_posix()
        if path.is_file() and path.suffix != ".mo" and name != wanted and not path.name.startswith("."):
            yield Problem(
                name,
                "file_unknown",
                _("No part of the platform reads this file."),
                _("The texts of the city's language stand in %(file)s.") % {"file": wanted},
            )
    if (pack.path / wanted).is_file():
        yield from _catalogue(pack, wanted)


def untranslated(pack: Pack) -> Iterator[Problem]:
    """A remark on how many texts the city's catalogue does not translate."""
    language = language_of(pack)
    if language == CHINESE or english(language):  # the platform speaks them itself
        return
    missing = texts.untranslated(texts.read(pack.path / catalogue_of(pack), language))
    if missing:
        first = ", ".join(repr(said if isinstance(said, str) else said[0]) for _context, said in missing[:FEW])
        counted = {"missing": len(missing), "all": len(texts.texts()), "first": f"{first}, \u2026"}
        yield Problem(
            catalogue_of(pack),
            "not_translated",
            _("%(missing)s of %(all)s texts are not translated and read in English: %(first)s.") % counted,
            remark=True,
        )


def language_of(pack: Pack) -> str:
    """The city's own language, as its pack says it."""
    return spelled(str(pack.section("city", {}).get("language") or CHINESE))


def catalogue_of(pack: Pack) -> str:
    """Where a pack's texts stand, relative to the pack."""
    return f"{FOLDER}/{locale(language_of(pack))}/LC_MESSAGES/django.po"


def write_catalogue(pack: Pack) -> Path:
    """Write the pack's catalogue with every text of the platform, keeping what is translated; what the platform no
    longer says goes."""
    path = pack.path / catalogue_of(pack)
    content = texts.written(texts.read(path, language_of(pack)))
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(content)
    return path


def _catalogue(pack: Pack, file: str) -> Iterator[Problem]:
    path = pack.path / file
    if path.stat().st_size > LARGEST:
        yield Problem(file, "too_large", _("The file is larger than %(size)s MiB.") % {"size": LARGEST >> 20})
        return
    try:
        messages = texts.read(path, language_of(pack))
    except (texts.TextsBroken, OSError) as error:
        yield Problem(
            file,
            "broken",
            _("The catalogue is broken: %(why)s.") % {"why": error},
            _("Write it as gettext does; jinling city texts PATH begins one."),
            line=getattr(error, "line", 0),
        )
        return
    for message in texts.misfits(messages):
        said = message.id if isinstance(message.id, str) else message.id[0]
        yield Problem(
            file,
            "placeholders_differ",
            _("The translation has other placeholders or another number of forms than its text."),
            _("Keep every %(name)s and {name} as the text has it."),
            entry=said[:60],
            line=message.lineno or 0,
        )
