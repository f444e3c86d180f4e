"""A city pack: found by name or path, read section by section."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass, field
from functools import lru_cache
from pathlib import Path
from typing import Any

from django.conf import settings

import jinling.cities
from jinling.foundation.directory.packs.files import Read, read_file
from jinling.foundation.directory.rules import Naming, PackRefused, UnknownPack, nearest, unknown_organization
from jinling.foundation.directory.rules.names import name_key, variant_key


@dataclass(frozen=True)
class Pack:
    """A city pack on disk. Files are read when first asked for and kept.

    ``section(name)`` is the plain data of ``name.yaml`` (or ``.json``): where the file holds one key of
    its own name, what stands under that key. ``reference(period)`` is one month's printed figures.
    """

    path: Path
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
        """How names may differ in this city."""
        return Naming.of(self.city.get("naming"))

    def sections(self) -> tuple[str, ...]:
        """Names of the sections that the pack has files for."""
        return tuple(sorted(p.stem for p in self.path.iterdir() if p.suffix in (".yaml", ".json") and p.is_file()))

    def has(self, section: str) -> bool:
        """Whether the pack has that section."""
        return self._place(section) is not None

    def section(self, name: str) -> Any:
        """Plain data of a section.

        Raises:
            PackRefused: the pack has no such section, or its file is broken.
        """
        place = self._place(name)
        if place is None:
            raise PackRefused(where=f"{self.name}/{name}.yaml", count=1, problems=[f"{name}.yaml"])
        data = self._sound(place, f"{name}{place.suffix}").data
        if isinstance(data, dict) and set(data) == {name}:
            return data[name]
        return data

    def periods(self) -> tuple[str, ...]:
        """Months of which the pack holds printed figures, ``2018-05``, oldest first."""
        folder = self.path / "reference"
        return tuple(sorted(p.stem for p in folder.glob("*.json"))) if folder.is_dir() else ()

    def reference(self, period: str) -> dict[str, Any]:
        """The printed figures of a month.

        Raises:
            PackRefused: the pack holds none for that month, or the file is broken.
        """
        name = f"reference/{period}.json"
        if period not in self.periods():
            raise PackRefused(where=f"{self.name}/{name}", count=1, problems=[name])
        return dict(self._sound(self.path / name, name).data)

    def code_of(self, name: str) -> str:
        """The code of the pack's institution of that code, name or alias, without a database.

        Raises:
            UnknownOrganization: the pack names no such institution.
        """
        known = self.organization_keys()
        key = variant_key(name, self.naming)
        codes = {o["code"] for o in self.section("organizations")}
        if name.strip() in codes:
            return name.strip()
        if key not in known:
            names = {o["code"]: str(o["name"]) for o in self.section("organizations")}
            raise unknown_organization(name, nearest(key, [(k, names[c]) for k, c in known.items()]))
        return known[key]

    def organization_keys(self) -> dict[str, str]:
        """Name keys of all names and aliases with the code of their institution."""
        found: dict[str, str] = {}
        for entry in self.section("organizations"):
            for name in (entry["name"], *entry.get("aliases", ())):
                found.setdefault(name_key(name), entry["code"])
        return found

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

    def _sound(self, place: Path, file: str) -> Read:
        read = self.read(file)
        if read.problems:
            raise PackRefused(
                where=str(read.problems[0]), count=len(read.problems), problems=[str(p) for p in read.problems]
            )
        return read

    def _place(self, section: str) -> Path | None:
        for suffix in (".yaml", ".json"):
            if (self.path / f"{section}{suffix}").is_file():
                return self.path / f"{section}{suffix}"
        return None


def packaged() -> dict[str, Path]:
    """The packs that come along with the platform, by name."""
    folder = Path(next(iter(jinling.cities.__path__)))
    return {p.name: p for p in sorted(folder.iterdir()) if (p / "city.yaml").is_file()}


def find_pack(name_or_path: str | Path) -> Path:
    """The folder of a pack: a packaged name, or the path of a folder.

    Raises:
        UnknownPack: neither.
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
    raise UnknownPack(where=str(name_or_path)[:200], pack=str(name_or_path)[:200], known=", ".join(known))


def read_pack(path: str | Path) -> Pack:
    """The pack of that packaged name or path; its files are read when asked for.

    Raises:
        UnknownPack: there is none.
    """
    return Pack(find_pack(path))


def current_pack() -> Pack:
    """The pack that the setting JINLING_CITY names, read once a process."""
    return _current(str(settings.JINLING_CITY))


@lru_cache(maxsize=4)
def _current(name: str) -> Pack:
    return read_pack(name)
