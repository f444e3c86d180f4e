"""A city pack: found by name or path, read section by section."""

from __future__ import annotations

import hashlib
import unicodedata
from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import cached_property, lru_cache
from pathlib import Path
from typing import Any

from django.conf import settings

import jinling.cities
from jinling.foundation.directory.packs.files import Read, read_file
from jinling.foundation.directory.rules import (
    AmbiguousOrganization,
    Naming,
    PackRefused,
    PackUnknown,
    Spelling,
    Spellings,
    readings,
    search_text,
    sounds,
    unknown_organization,
)

ENDINGS = (".yaml", ".json")
REQUIRED: Any = object()


@dataclass(frozen=True)
class Pack:
    """A city pack on disk. Files are read when first asked for and kept.

    ``section(name)`` is the plain data of ``name.yaml`` (or ``.json``): where the file holds one key of
    its own name, what stands under that key. A file of a folder is a section too: ``section("folder/file")``.
    ``hidden`` are sections that are taken as not there.
    """

    path: Path
    hidden: frozenset[str] = frozenset()
    _files: dict[str, Read] = field(default_factory=dict, repr=False, compare=False)

    @property
    def name(self) -> str:
        """The folder's name."""
        return self.path.name

    @property
    def city(self) -> dict[str, Any]:
        """``city.yaml``: code, name, name_en, timezone, naming."""
        return dict(self.section("city"))

    @property
    def naming(self) -> Naming:
        """How names may differ in this city; exactly as written where the pack does not say."""
        return Naming.of(self.section("city", {}).get("naming"), self.section("districts", ()))

    def names(self, folder: str) -> tuple[str, ...]:
        """Names of the files of a folder without their ending, sorted; empty where there is no such folder."""
        place = self.path / folder
        files = place.iterdir() if place.is_dir() else ()
        return tuple(sorted({p.stem for p in files if p.suffix in ENDINGS and self.has(f"{folder}/{p.stem}")}))

    def has(self, section: str) -> bool:
        """Whether the pack has that section."""
        return self.file(section) is not None

    def file(self, section: str) -> str | None:
        """The file of a section relative to the pack, None where it has none."""
        if section in self.hidden:
            return None
        return next((f"{section}{end}" for end in ENDINGS if (self.path / f"{section}{end}").is_file()), None)

    def section(self, name: str, default: Any = REQUIRED) -> Any:
        """Plain data of a section.

        Args:
            default: what a pack without the section gives; left out, the section must be there.

        Raises:
            PackRefused: the pack has no such section, or its file is broken.
        """
        file = self.file(name)
        if file is None:
            if default is not REQUIRED:
                return default
            raise PackRefused(where=f"{self.name}/{name}.yaml", count=1, problems=[f"{name}.yaml"])
        return unwrapped(name, self._sound(file).data)

    def find(self, name: str) -> str | None:
        """The code of the pack's institution that a code, name or alias means; None where it means none or several."""
        found = self._meant(name)
        return found[0] if len(found) == 1 else None

    def code_of(self, name: str) -> str:
        """``find`` that says no: as the database would once the pack is loaded, and without it.

        Raises:
            OrganizationUnknown: the pack names no such institution.
            AmbiguousOrganization: the name fits several.
        """
        found = self._meant(name)
        if len(found) == 1:
            return found[0]
        names, spellings = self._organizations
        if found:
            raise AmbiguousOrganization(name=name, candidates=[{"code": c, "name": names[c]} for c in found])
        raise unknown_organization(name, [{"code": c, "name": names[c]} for c in spellings.near(name, self._sounded)])

    def _sounded(self, key: str) -> list[tuple[str, str]]:
        found = [(key, code) for code, text, _whole in self._readings if f" {key}" in text]
        return found + [(way, code) for code, _text, whole in self._readings for way in sounds(whole)]

    @cached_property
    def _readings(self) -> list[tuple[str, str, str]]:
        """Each institution's code, what a search by sound looks into, and how its name sounds."""
        heard, dictionary = [], self.naming.readings
        for entry in self.section("organizations"):
            names = names_of(entry)
            read = [reading for name in names for reading in readings(name, dictionary)]
            heard.append((entry["code"], search_text(names, read), read[0] if read else ""))
        return heard

    def _meant(self, name: str) -> list[str]:
        names, spellings = self._organizations
        code = unicodedata.normalize("NFKC", name).strip().casefold()
        coded = [name.strip()] if name.strip() in names else [c for c in names if c.casefold() == code]
        return spellings.exactly(name) or coded or spellings.meant(name)

    @cached_property
    def _organizations(self) -> tuple[dict[str, str], Spellings[str]]:
        """Names by code, and all ways in which institutions are written."""
        entries = self.section("organizations", ())
        written = [Spelling(name, entry["code"]) for entry in entries for name in names_of(entry)]
        return {entry["code"]: str(entry["name"]) for entry in entries}, Spellings(written, self.naming)

    def digest(self) -> str:
        """SHA-256 over the names and bytes of all files."""
        seen = hashlib.sha256()
        for path in sorted(p for p in self.path.rglob("*") if p.is_file()):
            seen.update(f"{path.relative_to(self.path).as_posix()}\0{path.stat().st_size}\0".encode())
            seen.update(path.read_bytes())
        return seen.hexdigest()

    def read(self, file: str) -> Read:
        """A file with its lines and what is broken in it; for checks."""
        if file not in self._files:
            self._files[file] = read_file(self.path / file, file)
        return self._files[file]

    def _sound(self, file: str) -> Read:
        read = self.read(file)
        if read.problems:
            raise PackRefused(
                where=str(read.problems[0]), count=len(read.problems), problems=[str(p) for p in read.problems]
            )
        return read


def unwrapped(section: str, data: Any) -> Any:
    """What stands under a file's one key where that key is the section's own name, otherwise the whole."""
    return data[section] if isinstance(data, dict) and set(data) == {section} else data


def names_of(entry: Mapping[str, Any]) -> list[str]:
    """Every name that a pack writes out for one of its institutions, those that it once had too."""
    former = [one[key] for one in entry.get("history", ()) for key in ("name", "name_en") if one.get(key)]
    return [entry["name"], entry["name_en"], *entry.get("aliases", ()), *former]


def packaged() -> dict[str, Path]:
    """The packs that come along with the platform, by name."""
    folder = Path(next(iter(jinling.cities.__path__)))
    return {p.name: p for p in sorted(folder.iterdir()) if (p / "city.yaml").is_file()}


def find_pack(name_or_path: str | Path) -> Path:
    """The folder of a pack: a packaged name, or the path of a folder.

    Raises:
        PackUnknown: neither.
    """
    known = packaged()
    if str(name_or_path) in known:
        return known[str(name_or_path)]
    try:
        path = Path(name_or_path).expanduser().resolve()
        if path.is_dir():
            return path
    except (OSError, ValueError, RuntimeError):  # not a path at all
        pass
    raise PackUnknown(where=str(name_or_path)[:200], pack=str(name_or_path)[:200], known=", ".join(known))


def read_pack(path: str | Path) -> Pack:
    """The pack of that packaged name or path; its files are read when asked for.

    Raises:
        PackUnknown: there is none.
    """
    return Pack(find_pack(path))


def current_pack() -> Pack:
    """The pack that the setting JINLING_CITY names, read once a process."""
    return _current(str(settings.JINLING_CITY))


@lru_cache(maxsize=4)
def _current(name: str) -> Pack:
    return read_pack(name)
