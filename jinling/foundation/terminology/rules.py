"""How terminology says no, which version and word hold on a day, and how a system may be written."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date

from jinling.kernel.languages import chosen as chosen
from jinling.kernel.outcomes import Conflict, Invalid, NotFound

MANY = 20
BEFORE = date.min


class CodeSystemUnknown(NotFound):
    """There is no such code system."""

    code = "code_system_unknown"
    text = "No code system is named %(system)s."
    mend = "Name one of: %(choices)s."


class CodeUnknown(NotFound):
    """No version of the system holds the code."""

    code = "code_unknown"
    text = "%(system)s has no code %(value)s."
    mend = "Use one of its codes: %(choices)s."


class CodeNotInForce(NotFound):
    """The system has the code, but not on that day."""

    code = "code_not_in_force"
    text = "%(system)s does not use the code %(value)s on %(day)s; it did from %(first)s until %(until)s."
    mend = "Ask for a day of its time, or use what replaced it: %(replaced_by)s."


class VersionUnknown(NotFound):
    """The system has no such version."""

    code = "version_unknown"
    text = "%(system)s has no version %(version)s."
    mend = "Use one of: %(choices)s."


class VersionStands(Conflict):
    """A version is loaded again with other codes."""

    code = "version_stands"
    text = "The version %(version)s of %(system)s already stands with other codes."
    mend = "Give the changed list a version of its own; what stood keeps its meaning."


class LookupInvalid(Invalid):
    """A question that names no code."""

    code = "lookup_invalid"
    text = "This does not ask for a code."


@dataclass(frozen=True, slots=True)
class Meaning:
    """What a code is called in a version of its system, when, and by which codes of the system it was replaced.

    ``name`` is in the city's language, ``display`` in the reader's.
    """

    system: str
    uri: str
    version: str
    code: str
    name: str
    display: str
    from_on: date | None = None
    until_on: date | None = None
    replaced_by: tuple[str, ...] = ()

    def holds(self, on: date) -> bool:
        """Whether the code is in use on a day."""
        return (self.from_on or BEFORE) <= on and (self.until_on is None or on < self.until_on)


# How documents name a system that has neither URL nor object identifier: this, and its code.
OWN_URI = "urn:jinling:code-system:"


def written(name: str) -> str:
    """A name of a system as it is compared: however width, case, spaces, strokes and hyphens stand."""
    text = unicodedata.normalize("NFKC", name).casefold().strip().removeprefix("urn:oid:").removeprefix(OWN_URI)
    return re.sub(r"[\s/_\u2010-\u2015-]+", "", text)


def names_of(code: str, names: Iterable[str], standard: str, versions: Iterable[str]) -> set[str]:
    """Every way to write a system, as ``written`` compares it: code, names, the standard with and without a year."""
    years = [f"{standard}-{version}" for version in versions] if standard else []
    return {key for name in (code, *names, standard, *years) if (key := written(name))}


def uri_of(code: str, oid: str, url: str) -> str:
    """How documents name a system: its URL, its object identifier, or a name of this platform's own."""
    return url or (f"urn:oid:{oid}" if oid else f"{OWN_URI}{code}")


def place_in_force(starts: Sequence[date | None], on: date) -> int:
    """Which of the versions, in the order of their beginning, is in force on a day: the first also before its own."""
    return max(sum((start or BEFORE) <= on for start in starts) - 1, 0)


def listed(choices: list[str]) -> str:
    """Choices for a refusal: the first ones where there are many."""
    return ", ".join(choices[:MANY]) + (", …" if len(choices) > MANY else "") or "-"
