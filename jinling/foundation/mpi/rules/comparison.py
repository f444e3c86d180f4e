"""Two records side by side: what agrees, what differs, over plain values."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

from jinling.foundation.mpi.rules.matching import OWN_NUMBERS, PersonRecord, kind_of, one_apart
from jinling.kernel.identifiers import SYSTEMS, mask, mask_mobile, mask_name


class Agreement(StrEnum):
    """How one field of two records agrees."""

    SAME = "same"
    ALIKE = "alike"
    DIFFERS = "differs"
    MISSING = "missing"


@dataclass(frozen=True, slots=True)
class FieldPair:
    """One field of both records and how they agree. ``field`` is a column or a space of numbers, ``kind`` the column
    or the identifier system."""

    field: str
    left: str
    right: str
    agreement: Agreement

    @property
    def kind(self) -> str:
        """The column, or the identifier system whoever the issuer."""
        return kind_of(self.field)


def compare(left: PersonRecord, right: PersonRecord, *, masked: bool = True) -> list[FieldPair]:
    """Every field that either record has, strongest first."""
    pairs = [_pair("name", left.name, right.name, alike=left.pinyin == right.pinyin, masked=masked)]
    for field in ("birth_date", "sex"):
        pairs.append(_pair(field, getattr(left, field), getattr(right, field), masked=False))
    pairs += [
        _pair(system, left.numbers.get(system, ""), right.numbers.get(system, ""), masked=masked)
        for system in _spaces(left, right)
    ]
    pairs += [
        _pair("mobile", left.mobile, right.mobile, masked=masked),
        _pair("district", left.district, right.district, masked=False),
    ]
    if left.mother or right.mother:
        agreement = Agreement.SAME if left.mother == right.mother else Agreement.DIFFERS
        pairs.append(FieldPair("mother", "", "", agreement if left.mother and right.mother else Agreement.MISSING))
    return pairs


def _spaces(left: PersonRecord, right: PersonRecord) -> list[str]:
    """Numbers that either record has: in the order of the identifier systems, then by issuer."""
    found = {*left.numbers, *right.numbers}
    return sorted(found, key=lambda space: (SYSTEMS.index(kind_of(space)), space))


def _pair(field: str, left: str, right: str, *, alike: bool = False, masked: bool) -> FieldPair:
    agreement = Agreement.DIFFERS
    if not left or not right:
        agreement = Agreement.MISSING
    elif left == right:
        agreement = Agreement.SAME
    elif alike or (field not in OWN_NUMBERS and field not in ("sex", "district") and one_apart(left, right)):
        agreement = Agreement.ALIKE
    hide = mask_name if field == "name" else mask_mobile if field == "mobile" else mask
    return FieldPair(field, hide(left) if masked else left, hide(right) if masked else right, agreement)
