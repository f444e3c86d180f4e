"""Which two records are one person: the rules that are certain, and the judgement of weights for the rest.

The weight is log2 of the odds that two records are one person (see ``jinling.engine.linkage``). Rules come first:
a number that only one person can have, a contradiction that no weight may outvote. What is likely but not certain
goes to a person's eyes.
"""

from __future__ import annotations

import math
from collections.abc import Collection, Mapping
from dataclasses import dataclass, field
from enum import StrEnum


class Verdict(StrEnum):
    """What is to be done with two records: link them, show them to a person, leave them apart."""

    LINK = "link"
    REVIEW = "review"
    APART = "apart"


class Rule(StrEnum):
    """Why two records are linked, shown or left apart; the last three are people's. The word is kept with the pair."""

    OWN_NUMBER = "own number"
    OWN_NUMBER_NO_NAME = "own number, no name"
    OWN_NUMBER_IN_LATIN = "own number, name in Latin letters"
    OWN_NUMBER_ONE_APART = "own number, one character differs"
    OWN_NUMBER_TWO_NAMES = "own number under two names"
    CARD_AND_NAME = "card and name"
    CARD_ALONE = "card, but name or birth date differ"
    LIFELONG_DIFFER = "lifelong numbers differ"
    ONE_BIRTH = "child of one birth"
    SEVERAL_CHILDREN = "one of several children of a birth"
    OTHER_BIRTH = "newborns of different births"
    OTHER_SEX_AT_BIRTH = "newborns of different sex"
    LIKELY = "likely"
    LIKELY_OTHER_NAME = "likely, but given names differ"
    LIKELY_OTHER_SEX = "likely, but sex differs"
    POSSIBLE = "possible"
    UNLIKELY = "unlikely"
    BY_HAND = "by hand"
    AT_A_DESK = "seen at a desk"
    SEPARATED = "separated"


class Grade(StrEnum):
    """How sure the index is of somebody who was asked about (FHIR match-grade)."""

    CERTAIN = "certain"
    PROBABLE = "probable"
    POSSIBLE = "possible"


# What makes the answer to a question certain.
CERTAIN = (Rule.OWN_NUMBER, Rule.OWN_NUMBER_ONE_APART, Rule.OWN_NUMBER_IN_LATIN, Rule.CARD_AND_NAME)

# Issued once to one person by one authority: two of them that differ are two people.
OWN_NUMBERS = (
    "resident_id",
    "foreign_resident_id",
    "passport",
    "hk_macau_permit",
    "taiwan_permit",
    "military_id",
    "birth_certificate",
)
# Of these a person has one for life; the others are renewed under new numbers.
LIFELONG = ("resident_id", "birth_certificate", "hk_macau_permit", "taiwan_permit")
# Cards that are lent within a family: they speak for a link only together with the name.
LENT_NUMBERS = ("social_insurance", "citizen_card", "hospital_card")


def space_of(system_space: str, value: str) -> str:
    """The space under which a record keeps a number. A person has a card of each hospital: led by its issuer, as
    ``hospital_card:NJ001``, so that cards of two hospitals stand side by side."""
    issuer, slash, _number = value.partition("/")
    return f"{system_space}:{issuer}" if system_space in LENT_NUMBERS and slash else system_space


def kind_of(space: str) -> str:
    """The identifier system of a space, without the issuer."""
    return space.partition(":")[0]


@dataclass(frozen=True, slots=True)
class PersonRecord:
    """A record as it is compared. ``name`` is folded, ``pinyin`` its readings, ``surname`` the surname's reading;
    ``birth_date`` ISO text; ``birth_order`` counts the children of a multiple birth and is 0 otherwise; ``numbers``
    by space (see ``space_of``); missing values are empty."""

    id: str
    name: str = ""
    pinyin: str = ""
    surname: str = ""
    birth_date: str = ""
    sex: str = ""
    mobile: str = ""
    district: str = ""
    mother: str = ""
    newborn: bool = False
    birth_order: int = 0
    numbers: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Thresholds:
    """Weights from which two records are linked, or shown to a person; ``alike`` is the lower bound for
    linking when name (by sound) and birth date are the same. Weights shrink as the index grows, since two strangers
    of one name and birthday become likelier; the bounds stay."""

    link: float = 12.0
    alike: float = 8.0
    review: float = 4.0


@dataclass(frozen=True, slots=True)
class Judgement:
    """What is to be done with two records, and the rule that says so."""

    verdict: Verdict
    rule: Rule


def judge(
    left: PersonRecord,
    right: PersonRecord,
    weight: float,
    *,
    thresholds: Thresholds | None = None,
    twins: Collection[tuple[str, str]] = frozenset(),
) -> Judgement:
    """Decide over two records.

    Args:
        weight: log2 odds that both are one person.
        thresholds: weights from which pairs without a certain rule are linked or reviewed.
        twins: (mother, birth date) of births with more than one child.
    """
    limits = thresholds or Thresholds()
    shared = {space for space, value in left.numbers.items() if right.numbers.get(space) == value}
    differing = {space for space, value in left.numbers.items() if right.numbers.get(space, value) != value}
    named = bool(left.name and right.name)
    same_name = named and (left.name == right.name or left.pinyin == right.pinyin)
    if differing.intersection(LIFELONG):
        # A corrected number is possible, but only a person may say so.
        corrected = named and left.name == right.name and left.birth_date == right.birth_date != ""
        return Judgement(
            Verdict.REVIEW if corrected and same_reach(left, right) else Verdict.APART, Rule.LIFELONG_DIFFER
        )
    if shared.intersection(OWN_NUMBERS):
        return _own_number_shared(left, right, same_name=same_name, named=named)
    if left.newborn or right.newborn:
        return _newborn(left, right, twins)
    if any(kind_of(space) in LENT_NUMBERS for space in shared):
        if same_name and not contradicts_birth(left, right):
            return Judgement(Verdict.LINK, Rule.CARD_AND_NAME)
        if same_name or (named and weight >= limits.review):
            return Judgement(Verdict.REVIEW, Rule.CARD_ALONE)
    alike = same_name and left.birth_date == right.birth_date != ""
    if weight >= (limits.alike if alike else limits.link):
        if named and not same_name and left.birth_date == right.birth_date:
            # Twins and siblings share surname, birth date and the family's phone.
            return Judgement(Verdict.REVIEW, Rule.LIKELY_OTHER_NAME)
        if left.sex and right.sex and left.sex != right.sex:
            return Judgement(Verdict.REVIEW, Rule.LIKELY_OTHER_SEX)
        return Judgement(Verdict.LINK, Rule.LIKELY)
    if weight >= limits.review and named:
        return Judgement(Verdict.REVIEW, Rule.POSSIBLE)
    return Judgement(Verdict.APART, Rule.UNLIKELY)


def _own_number_shared(left: PersonRecord, right: PersonRecord, *, same_name: bool, named: bool) -> Judgement:
    if same_name:
        return Judgement(Verdict.LINK, Rule.OWN_NUMBER)
    if not named:  # a newborn's record may carry a parent's number
        known = same_reach(left, right) or left.mother == right.mother != ""
        return Judgement(
            Verdict.LINK if known and left.birth_date == right.birth_date else Verdict.REVIEW, Rule.OWN_NUMBER_NO_NAME
        )
    if left.name.isascii() != right.name.isascii() and left.pinyin.replace(" ", "") == right.pinyin.replace(" ", ""):
        return Judgement(Verdict.LINK, Rule.OWN_NUMBER_IN_LATIN)
    # Brothers and sisters with one number between them: two characters leave too little to tell them apart.
    if (
        left.surname == right.surname
        and one_apart(left.name, right.name)
        and min(len(left.name), len(right.name)) > 2
        and not (left.sex and right.sex and left.sex != right.sex)
    ):
        return Judgement(Verdict.LINK, Rule.OWN_NUMBER_ONE_APART)
    return Judgement(Verdict.REVIEW, Rule.OWN_NUMBER_TWO_NAMES)


def _newborn(left: PersonRecord, right: PersonRecord, twins: Collection[tuple[str, str]]) -> Judgement:
    """A child registered before it had a name, tied to its mother."""
    birth = (left.mother, left.birth_date)
    if not left.mother or (right.mother, right.birth_date) != birth or not left.birth_date:
        return Judgement(Verdict.APART, Rule.OTHER_BIRTH)
    if left.sex and right.sex and left.sex != right.sex:
        return Judgement(Verdict.APART, Rule.OTHER_SEX_AT_BIRTH)
    if birth in twins:
        return Judgement(Verdict.REVIEW, Rule.SEVERAL_CHILDREN)
    return Judgement(Verdict.LINK, Rule.ONE_BIRTH)


def grade_of(judgement: Judgement) -> Grade:
    """How sure the answer to a question is, of a record that is not left apart."""
    if judgement.verdict == Verdict.REVIEW:
        return Grade.POSSIBLE
    return Grade.CERTAIN if judgement.rule in CERTAIN else Grade.PROBABLE


def births_of_several(records: Collection[PersonRecord]) -> frozenset[tuple[str, str]]:
    """(mother, birth date) of births for which records show more than one child: two sexes, names or
    numbers, or a birth order."""
    seen: dict[tuple[str, str], list[set[str]]] = {}
    for record in records:
        if record.mother and record.birth_date:
            sexes, called, certificates, numbers, orders = seen.setdefault(
                (record.mother, record.birth_date), [set(), set(), set(), set(), set()]
            )
            sexes.add(record.sex)
            called.add(record.pinyin)
            certificates.add(record.numbers.get("birth_certificate", ""))
            numbers.add(record.numbers.get("resident_id", ""))
            if record.birth_order:  # a child that is counted was not alone
                orders |= {"1", "2"}
    return frozenset(birth for birth, signs in seen.items() if any(len(values - {""}) > 1 for values in signs))


def same_reach(left: PersonRecord, right: PersonRecord) -> bool:
    """Whether both are reached at one mobile number."""
    return left.mobile == right.mobile != ""


def contradicts_birth(left: PersonRecord, right: PersonRecord) -> bool:
    """Whether two birth dates are known and differ by more than a slip of the pen."""
    one, other = left.birth_date.replace("-", ""), right.birth_date.replace("-", "")
    return bool(one and other) and not one_apart(one, other) and one != other[:4] + other[6:] + other[4:6]


def one_apart(one: str, other: str) -> bool:
    """Whether one character put in, left out, changed or swapped with its neighbour turns one text into the other."""
    if one == other:
        return True
    if abs(len(one) - len(other)) > 1:
        return False
    start = next((i for i, (a, b) in enumerate(zip(one, other, strict=False)) if a != b), min(len(one), len(other)))
    rest, remainder = one[start:], other[start:]
    if len(one) == len(other):
        return rest[1:] == remainder[1:] or (rest[:2] == remainder[:2][::-1] and rest[2:] == remainder[2:])
    return rest[1:] == remainder or rest == remainder[1:]


# log2 of how much likelier an agreement (or disagreement) is within one person than between strangers of a city: round
# figures of the frequencies that the engine learns from populations, for the one record that is asked about.
_EVIDENCE: Mapping[str, tuple[float, float]] = {"sex": (1.0, -6.5), "district": (3.0, -3.0), "mobile": (20.0, -2.3)}


def single_weight(asked: PersonRecord, known: PersonRecord, *, population: int) -> float:
    """log2 odds that a record asked about is a known one, in an index of ``population`` records."""
    weight = -math.log2(max(population, 2))
    if asked.name and known.name:
        if asked.name == known.name:
            weight += 13.0
        elif asked.pinyin == known.pinyin:
            weight += 9.0
        elif asked.surname == known.surname and one_apart(asked.name, known.name):
            weight += 5.0
        else:
            weight -= 6.0 if asked.surname == known.surname else 9.0
    if asked.birth_date and known.birth_date:
        if asked.birth_date == known.birth_date:
            weight += 14.5
        else:
            weight += -7.0 if contradicts_birth(asked, known) else 6.0
    for field_, (same, other) in _EVIDENCE.items():
        left, right = getattr(asked, field_), getattr(known, field_)
        if left and right:
            weight += same if left == right else other
    return weight
