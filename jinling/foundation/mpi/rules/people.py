"""Decisions of the patient index over plain values."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import date
from enum import StrEnum
from uuid import UUID

from jinling.kernel import identifiers, names
from jinling.kernel.countries import CHINA, Country
from jinling.kernel.identifiers import Sex
from jinling.kernel.outcomes import Conflict, Invalid, NotFound, Refused


class Relation(StrEnum):
    """What a person is to the holder of an account."""

    SELF = "self"
    SPOUSE = "spouse"
    CHILD = "child"
    PARENT = "parent"
    GRANDPARENT = "grandparent"
    GRANDCHILD = "grandchild"
    SIBLING = "sibling"
    WARD = "ward"
    OTHER = "other"


class NameAbsent(StrEnum):
    """Why a record has no name: a newborn before naming, a patient who cannot speak."""

    NEWBORN = "newborn"
    UNIDENTIFIED = "unidentified"


# Numbers that one authority issues under several documents share one space: a child's number in the household
# register is the number of the later card.
SPACES = {"household_register": "resident_id"}


@dataclass(frozen=True, slots=True)
class Identifier:
    """One identifier of a person: ``system`` is one of ``identifiers.SYSTEMS``."""

    system: str
    value: str

    @property
    def space(self) -> str:
        """Where the value is unique."""
        return SPACES.get(self.system, self.system)


@dataclass(frozen=True, slots=True)
class NewPatient:
    """A person to be entered. ``district`` is a district's code; ``mother`` a registered patient;
    ``name_absent`` says why ``name`` is empty (a ``NameAbsent``); ``birth_order`` counts the children of
    a multiple birth and is 0 otherwise."""

    name: str
    birth_date: date | None = None
    sex: Sex = "unknown"
    identifiers: tuple[Identifier, ...] = ()
    mobile: str = ""
    district: str = ""
    real_name_verified: bool = False
    mother: UUID | None = None
    name_absent: str = ""
    birth_order: int = 0


@dataclass(frozen=True, slots=True)
class PatientFacts:
    """What a booking needs to know of a person; nothing that names them."""

    id: UUID
    birth_date: date | None
    sex: str
    real_name: bool
    active: bool
    district: str


@dataclass(frozen=True, slots=True)
class ShownPatient:
    """What a screen shows of a person; masked unless asked otherwise. ``identifier`` is the strongest one."""

    id: UUID
    name: str
    identifier_system: str
    identifier: str
    mobile: str
    birth_date: date | None
    sex: str
    district: str


@dataclass(frozen=True, slots=True)
class Related:
    """A person whom an account may act for."""

    patient: UUID
    relation: str
    verified: bool
    expires_on: date | None


class PersonIncomplete(Invalid):
    """A record without a name, or with a reason that is not known."""

    code = "person_incomplete"
    text = "A person needs a name, or one of these reasons why there is none: %(reasons)s."
    mend = "Enter the name as the identity document shows it."


class NumberContradicts(Invalid):
    """Birth date or sex disagree with the identification number."""

    code = "number_contradicts"
    text = "The %(field)s does not agree with the identification number."
    mend = "Compare both with the identity document."


class IdentifierTaken(Conflict):
    """The number belongs to a person in the index already."""

    code = "identifier_taken"
    text = "This %(kind)s belongs to a person who is registered already."
    mend = "Use the registered person, or have the identity desk look at both records."


class IdentifierTwice(Invalid):
    """Two people of one batch carry the same number."""

    code = "identifier_twice"
    text = "This %(kind)s stands twice in the batch; it came first at %(first)s."
    mend = "Remove one of the two rows, or correct its number."


class NameDiffers(Conflict):
    """The number is known under another name."""

    code = "name_differs"
    text = "This %(kind)s is registered under another name."
    mend = "Enter name and number of the same person as on the document."


class TooLittleKnown(Invalid):
    """A question that would fish for people."""

    code = "too_little_known"
    text = "This is too little to look for a person by."
    mend = "Give a document's number, or a name together with birth date or mobile number."


class MotherUnknown(NotFound):
    """A newborn is entered under a mother whom nobody registered."""

    code = "mother_unknown"
    text = "The mother is not registered."
    mend = "Register the mother first."


class NameStands(Conflict):
    """A desk names only who has no name yet."""

    code = "name_stands"
    text = "This person has a name already."
    mend = "Have the identity desk look at the record."


class IdentifiersDisagree(Conflict):
    """The numbers given for one person belong to different records."""

    code = "identifiers_disagree"
    text = "The numbers given belong to different registered people."
    mend = "Have the identity desk look at the records."


class PatientUnknown(NotFound):
    """No person has this id."""

    code = "patient_unknown"
    text = "There is no such person in the index."


class RelationInvalid(Invalid):
    """A relation that is not known."""

    code = "relation_invalid"
    text = "A relation is one of: %(relations)s."


class RelationUnknown(NotFound):
    """No relation waits under this number."""

    code = "relation_unknown"
    text = "There is no such relation waiting."


class RelationOver(Invalid):
    """A relation that would have ended before it began."""

    code = "relation_over"
    text = "The day on which the relation ends has passed."


class TooManyPersons(Refused):
    """The account acts for as many people as it may."""

    code = "too_many_persons"
    text = "An account may keep at most %(limit)s people."
    mend = "Remove a person before adding another."


def checked(person: NewPatient, *, today: date, where: str = "person", country: Country = CHINA) -> NewPatient:
    """The person with every value in its normal form; birth date and sex filled in from the number that says them.

    Raises:
        Refused: a value breaks its rule, or values contradict each other.
    """
    if person.name:
        name, absent = names.normalise(person.name, where=f"{where}.name"), ""
    else:
        name, absent = "", person.name_absent
        if absent not in list(NameAbsent):
            raise PersonIncomplete(where=f"{where}.name", reasons=", ".join(NameAbsent))
    born, sex = person.birth_date, person.sex
    if born is not None and born > today:
        raise NumberContradicts(where=f"{where}.birth_date", field="birth date")
    found: list[Identifier] = []
    for position, item in enumerate(person.identifiers):
        spot = f"{where}.identifiers[{position}]"
        try:
            read = country.read(item.system, item.value, today=today)
            if read.birth_date is not None:
                if born is not None and born != read.birth_date:
                    raise NumberContradicts(where=f"{where}.birth_date", field="birth date")
                if sex not in ("unknown", read.sex):
                    raise NumberContradicts(where=f"{where}.sex", field="sex")
                born, sex = read.birth_date, read.sex
        except identifiers.IdentifierInvalid as refused:
            refused.where = spot
            raise
        found.append(Identifier(item.system, read.value))
    mobile = person.mobile
    if mobile:
        try:
            mobile = country.mobile(mobile)
        except identifiers.IdentifierInvalid as refused:
            refused.where = f"{where}.mobile"
            raise
    return replace(
        person, name=name, name_absent=absent, birth_date=born, sex=sex, identifiers=tuple(found), mobile=mobile
    )


def refuse_twice(people: Sequence[tuple[int, NewPatient]]) -> None:
    """Refuse a batch, given as (row, person), in which two people carry one number.

    Raises:
        IdentifierTwice: names both places.
    """
    seen: dict[tuple[str, str], int] = {}
    for row, person in people:
        for position, item in enumerate(person.identifiers):
            first = seen.setdefault((item.space, item.value), row)
            if first != row:
                raise IdentifierTwice(
                    where=f"people[{row}].identifiers[{position}]", kind=item.system, first=f"people[{first}]"
                )


# The document that a screen shows first, strongest first.
STRENGTH: tuple[str, ...] = (
    "resident_id",
    "household_register",
    "foreign_resident_id",
    "passport",
    "hk_macau_permit",
    "taiwan_permit",
    "military_id",
    "birth_certificate",
    "social_insurance",
    "citizen_card",
    "hospital_card",
)


def strongest(systems: Iterable[str]) -> str:
    """The strongest of some identifier systems, or empty."""
    present = set(systems)
    return next((system for system in STRENGTH if system in present), "")


def refuse_relation(relation: str, *, known: Collection[str] = tuple(Relation)) -> None:
    """Refuse a relation that is not known.

    Raises:
        RelationInvalid: names those that are.
    """
    if relation not in known:
        raise RelationInvalid(where="relation", relations=", ".join(known))
