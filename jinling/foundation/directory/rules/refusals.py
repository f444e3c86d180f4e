"""How the directory says no."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from jinling.kernel.outcomes import Conflict, Invalid, NotFound, Refused

MOST_TOLD = 12  # institutions that a sentence lists; the others are counted


class OrganizationUnknown(NotFound):
    """No institution is written so. ``candidates`` are those most like it: codes and canonical names; ``nearest``
    the names alone."""

    code = "organization_unknown"
    text = "No institution is named %(name)s."
    mend = "Nearest names: %(choices)s. Use one of them, or register the name as an alias."

    def __init__(
        self, *, name: str, candidates: Sequence[Mapping[str, str]], where: str = "", mend: str | None = None
    ) -> None:
        super().__init__(
            where=where,
            mend=mend,
            name=_shown(name),
            nearest=[c["name"] for c in candidates],
            candidates=list(candidates),
            choices=_listed(candidates),
        )


def unknown_organization(name: str, candidates: Sequence[Mapping[str, str]]) -> OrganizationUnknown:
    """The refusal of a name; where nothing is near it, the advice is to look at the list."""
    if candidates:
        return OrganizationUnknown(name=name, candidates=candidates)
    return OrganizationUnknown(name=name, candidates=[], mend="Use a name or code listed by: jinling directory list")


class AmbiguousOrganization(Refused):
    """The name fits more than one institution. ``candidates`` are their codes and names."""

    code = "ambiguous_organization"
    status = 409
    text = "%(name)s may mean more than one institution: %(choices)s."
    mend = "Write the full name or the code."

    def __init__(self, *, name: str, candidates: Sequence[Mapping[str, str]], where: str = "") -> None:
        super().__init__(where=where, name=_shown(name), candidates=list(candidates), choices=_listed(candidates))


def _shown(name: str) -> str:
    return name if len(name) <= 60 else name[:60] + "…"


def _listed(candidates: Sequence[Mapping[str, str]]) -> str:
    told = ", ".join(f"{c['name']} ({c['code']})" for c in candidates[:MOST_TOLD])
    return f"{told}, … (+{len(candidates) - MOST_TOLD})" if len(candidates) > MOST_TOLD else told


class DistrictUnknown(NotFound):
    """No district has that code or name."""

    code = "district_unknown"
    text = "No district has the code or name %(district)s."
    mend = "Use a code of the city pack's districts."


class DistrictAmbiguous(Conflict):
    """Several districts are called so. ``candidates`` are their codes and names."""

    code = "district_ambiguous"
    text = "%(district)s may mean more than one district: %(choices)s."
    mend = "Write the full name or the code."

    def __init__(self, *, district: str, candidates: Sequence[Mapping[str, str]], where: str = "") -> None:
        super().__init__(
            where=where, district=_shown(district), candidates=list(candidates), choices=_listed(candidates)
        )


class PractitionerUnknown(NotFound):
    """The institution has no practitioner of that code."""

    code = "practitioner_unknown"
    text = "%(organization)s has no practitioner with the code %(practitioner)s."
    mend = "Register the practitioner first, or correct the code."


class BadEntry(Invalid):
    """A value that an institution cannot have."""

    code = "bad_entry"
    text = "%(value)s cannot be the %(field)s of an institution."
    mend = "Use one of: %(choices)s."


class BadName(Invalid):
    """A name or code that cannot be read or stored."""

    code = "bad_name"
    text = "The %(field)s needs letters or figures, takes no control characters and begins with none of = + - @."
    mend = "Write it out as people read it."


class BadCode(Invalid):
    """A text that cannot be the code of an institution."""

    code = "bad_code"
    text = "%(value)s cannot be the code of an institution."
    mend = "Use at most 64 letters (A to Z), figures, - and _; a letter or figure comes first."


class NameTaken(Conflict):
    """A name or code already belongs to another institution."""

    code = "name_taken"
    text = "%(name)s already means %(owner)s."
    mend = "Choose another name, or take the alias from that institution first."


class AliasUnknown(NotFound):
    """An institution is not written so."""

    code = "alias_unknown"
    text = "%(name)s is no other name of %(organization)s."
    mend = "Write it as it is listed: jinling directory resolve CODE --json"


class NameKept(Conflict):
    """What an institution is or was called is not taken from it."""

    code = "name_kept"
    text = "%(name)s is a name that %(organization)s has, had or will have."
    mend = "If it never was called so, correct its name over that span first."


class DayImpossible(Invalid):
    """A day on which nothing of an institution can begin."""

    code = "day_impossible"
    text = "Nothing of an institution can begin on %(day)s."
    mend = "Give a day from %(first)s to %(last)s."


class SpanImpossible(Invalid):
    """A span without a day."""

    code = "span_impossible"
    text = "From %(on)s until %(until)s is no day."
    mend = "The end is the first day on which it no longer holds: give a later one."


class OrganizationClosed(Conflict):
    """What is asked needs an institution that is open on that day."""

    code = "organization_closed"
    text = "%(organization)s is not open on %(day)s."
    mend = "Give a day on which it is open, or open it again first."


class OrganizationOpen(Conflict):
    """What is open cannot be opened."""

    code = "organization_open"
    text = "%(organization)s is open on %(day)s already."
    mend = "Give a day on which it is closed."


class PartsOpen(Conflict):
    """An institution cannot close while others are part of it."""

    code = "parts_open"
    text = "%(organization)s has parts that are open then: %(parts)s."
    mend = "Close them from that day, or let them be part of another institution, first."


class PartCircular(Conflict):
    """An institution cannot be part of itself, however long the way."""

    code = "part_circular"
    text = "%(organization)s cannot be part of %(whole)s, which is itself part of it."
    mend = "Name a whole that does not lead back."


class SuccessionCircular(Conflict):
    """Nobody takes over from itself, however long the way."""

    code = "succession_circular"
    text = "%(successor)s cannot take over from %(predecessor)s: that leads back to itself."
    mend = "Name another successor, or register the new institution under a code of its own."


class SuccessionUnknown(NotFound):
    """Nobody says that the one took over from the other."""

    code = "succession_unknown"
    text = "It is not believed that %(successor)s took over from %(predecessor)s."
    mend = "Name a pair that is listed: jinling directory history CODE"


class SuccessionPacked(Conflict):
    """What the city pack says is corrected there."""

    code = "succession_packed"
    text = "The city pack says that %(successor)s took over from %(predecessor)s."
    mend = "Correct successor in the pack's organizations.yaml, then load it: jinling city load"


class ChangeEmpty(Invalid):
    """What is asked for holds already."""

    code = "change_empty"
    text = "Nothing changes: %(organization)s is that already."
    mend = "Give the day or the value that is to be another one."


class ReasonMissing(Invalid):
    """Nobody will know later why."""

    code = "reason_missing"
    text = "Say why this changes."
    mend = "Name the document or the decision in a sentence."


class PackUnknown(NotFound):
    """There is no city pack under that name or path."""

    code = "pack_unknown"
    text = "No city pack lies at %(pack)s."
    mend = "Name a folder with a city.yaml, or one of the packs that come along: %(known)s."


class OrganizationMissing(NotFound):
    """What is asked for is an institution's own, and the account or program belongs to none."""

    code = "organization_missing"
    text = "Your account belongs to no institution."
    mend = "Have the security administrator name your institution."


class PackRefused(Invalid):
    """A city pack that breaks its own rules. ``problems`` lists each one."""

    code = "pack_refused"
    text = "The city pack has %(count)s problems."
    mend = "jinling city check lists them, each with its mend."


class AnotherCityLoaded(Conflict):
    """The database already belongs to another city."""

    code = "another_city_loaded"
    text = "This database holds %(loaded)s, not %(asked)s."
    mend = "Give each city its own database (JINLING_HOME or DATABASE_URL) and name its pack in JINLING_CITY."


class AnotherCityNamed(Conflict):
    """The platform runs for one city, and this is the pack of another: two packs would be read side by side."""

    code = "another_city_named"
    text = "JINLING_CITY names %(named)s, and this is the pack of %(asked)s."
    mend = "Set JINLING_CITY to this pack for every process of this database, then load it."


class AnotherClockLoaded(Conflict):
    """The database was filled on another clock than the one that the pack gives now: days and months would move."""

    code = "another_clock_loaded"
    text = "This database keeps the clock of %(loaded)s, and the city pack that of %(asked)s."
    mend = "Correct the pack's timezone; or, if the city's clock did change, load the pack: jinling city load"
