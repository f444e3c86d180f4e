"""Numbers that name people and institutions: how they are written, checked and masked.

Every function takes what someone typed and returns the one normal form, or raises ``IdentifierInvalid``
saying which rule it breaks. Refusals never repeat the number itself.

Sources: GB 11643-1999 (citizen identification number, with the 15-digit form it replaced), GB 32100-2015
(unified social credit code), GB 11714-1997 (organisation code), ICAO 9303 (passports).
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass
from datetime import date
from functools import lru_cache
from typing import Any, Literal

from jinling.kernel.ages import age_on
from jinling.kernel.outcomes import Invalid

Sex = Literal["male", "female", "unknown"]
Strictness = Literal["issued", "accepted", "shape"]


def _(text: str) -> str:
    """Marks a text for the translators; faces translate it."""
    return text


_BROKEN: Mapping[str, str] = {
    "empty": _("The number is empty."),
    "length": _("The number has %(found)s characters; %(expected)s are expected."),
    "characters": _("The number holds characters that cannot stand in it."),
    "damaged": _("The number was turned into a rounded one by a spreadsheet."),
    "area": _("The number begins with an area code that does not exist."),
    "birth_date": _("The birth date inside the number is not a day of the calendar."),
    "future": _("The birth date inside the number lies in the future."),
    "too_old": _("The birth date inside the number is more than 130 years ago."),
    "check_digit": _("The check digit does not fit the other digits."),
    "old_form": _("This is the 15-digit number that was replaced; the 18-digit one is needed."),
    "shape": _("The number does not look like one of its kind."),
    "kind": _("The platform knows no identifiers of this kind."),
}
_MEND: Mapping[str, str] = {
    "damaged": _("Format the column as text and enter the number again."),
    "old_form": _("Enter the 18-digit number of the current card."),
    "kind": _("Use one of: %(known)s."),
}


class IdentifierInvalid(Invalid):
    """A number that cannot be right; ``reason`` says which rule it breaks, ``kind`` what it should have been."""

    code = "identifier_invalid"
    mend = "Compare the number with the document and enter it again."

    def __init__(self, reason: str, *, kind: str, where: str = "", **fields: Any) -> None:
        self.reason = reason
        self.text = _BROKEN[reason]
        super().__init__(where=where or kind, mend=_MEND.get(reason), kind=kind, reason=reason, **fields)


def plain(value: str, kind: str) -> str:
    """Full width made half width, spaces and hyphens dropped, letters upper-cased.

    Raises:
        IdentifierInvalid: nothing is left.
    """
    if value.isascii() and value.isalnum():
        return value.upper()
    text = unicodedata.normalize("NFKC", value)
    text = re.sub(r"[\s\-\u2010-\u2015\u200b-\u200d\ufeff]", "", text).upper()
    if not text:
        raise IdentifierInvalid("empty", kind=kind)
    return text


# -- GB 11643 ------------------------------------------------------------------------------

_WEIGHTS = tuple(pow(2, 17 - i, 11) for i in range(17))
_CHECK = "10X98765432"
# First two digits: provinces, and 81, 82, 83 on residence permits of Hong Kong, Macau and Taiwan residents.
_PROVINCES = frozenset(
    {*range(11, 16), *range(21, 24), *range(31, 38), *range(41, 47), *range(50, 55), *range(61, 66), 71, 81, 82, 83}
)
_CENTENARIANS = ("996", "997", "998", "999")  # last digits that the 15-digit form kept for people born before 1900


def has_area(code: str) -> bool:
    """Whether identity numbers may begin with these six digits, as far as the province says."""
    return len(code) == 6 and code.isascii() and code.isdigit() and int(code[:2]) in _PROVINCES


@dataclass(frozen=True, slots=True)
class ResidentId:
    """What a citizen identification number says. ``area`` is the GB/T 2260 code of first registration."""

    number: str
    birth_date: date
    sex: Sex
    area: str
    upgraded: bool


def resident_check_digit(first17: str) -> str:
    """The 18th character for 17 digits (ISO 7064 MOD 11-2)."""
    return _CHECK[sum(weight * int(digit) for weight, digit in zip(_WEIGHTS, first17, strict=True)) % 11]


def resident_id(
    value: str, *, today: date, strictness: Strictness = "accepted", areas: Collection[str] | None = None
) -> ResidentId:
    """Read a GB 11643 number.

    Args:
        value: 18 or 15 characters; a small or full-width x and spaces are mended.
        today: the day against which a birth date lies in the future.
        strictness: ``issued`` takes 18 digits only; ``accepted`` also the 15-digit form, which is
            turned into the 18-digit one; ``shape`` leaves out the check digit, for records of the past.
        areas: area codes that count as known, retired ones included; without it the province decides.

    Raises:
        IdentifierInvalid: the number breaks a rule.
    """
    kind = "resident_id"
    text = plain(value, kind)
    if "E+" in text or text.endswith(".0"):
        raise IdentifierInvalid("damaged", kind=kind)
    if len(text) not in (15, 18):
        raise IdentifierInvalid("length", kind=kind, found=len(text), expected="18 or 15")
    upgraded = len(text) == 15
    if not (text if upgraded else text[:17]).isdigit() or not text.isascii() or not re.fullmatch(r"[0-9X]", text[-1]):
        raise IdentifierInvalid("characters", kind=kind)
    if upgraded:
        if strictness == "issued":
            raise IdentifierInvalid("old_form", kind=kind)
        first17 = text[:6] + ("18" if text[12:] in _CENTENARIANS else "19") + text[6:]
        text = first17 + resident_check_digit(first17)
    if int(text[:2]) not in _PROVINCES or (areas is not None and text[:6] not in areas):
        raise IdentifierInvalid("area", kind=kind)
    born = _birth_date(text[6:14], today, kind)
    if strictness != "shape" and not upgraded and resident_check_digit(text[:17]) != text[17]:
        raise IdentifierInvalid("check_digit", kind=kind)
    return ResidentId(text, born, "male" if int(text[16]) % 2 else "female", text[:6], upgraded)


@lru_cache(maxsize=65536)
def _calendar(digits: str) -> date | None:
    try:
        return date(int(digits[:4]), int(digits[4:6]), int(digits[6:]))
    except ValueError:
        return None


def _birth_date(digits: str, today: date, kind: str) -> date:
    born = _calendar(digits)
    if born is None:
        raise IdentifierInvalid("birth_date", kind=kind)
    if born > today:
        raise IdentifierInvalid("future", kind=kind)
    if age_on(born, today) > 130:
        raise IdentifierInvalid("too_old", kind=kind)
    return born


# -- organisations -------------------------------------------------------------------------

_CREDIT_ALPHABET = "0123456789ABCDEFGHJKLMNPQRTUWXY"
_ORGANIZATION_WEIGHTS = (3, 7, 9, 10, 5, 8, 4, 2)


def social_credit_code(value: str) -> str:
    """A GB 32100 unified social credit code, 18 characters.

    Raises:
        IdentifierInvalid: length, alphabet or check character is wrong.
    """
    kind = "social_credit_code"
    text = plain(value, kind)
    if len(text) != 18:
        raise IdentifierInvalid("length", kind=kind, found=len(text), expected="18")
    if any(letter not in _CREDIT_ALPHABET for letter in text):
        raise IdentifierInvalid("characters", kind=kind)
    total = sum(_CREDIT_ALPHABET.index(letter) * pow(3, i, 31) for i, letter in enumerate(text[:17]))
    if _CREDIT_ALPHABET[-total % 31] != text[17]:
        raise IdentifierInvalid("check_digit", kind=kind)
    return text


def organization_code(value: str) -> str:
    """A GB 11714 organisation code: 8 characters and a check digit, without the hyphen.

    Raises:
        IdentifierInvalid: length, alphabet or check digit is wrong.
    """
    kind = "organization_code"
    text = plain(value, kind)
    if len(text) != 9:
        raise IdentifierInvalid("length", kind=kind, found=len(text), expected="9")
    if not re.fullmatch(r"[0-9A-Z]{8}[0-9X]", text):
        raise IdentifierInvalid("characters", kind=kind)
    check = (
        11 - sum(int(letter, 36) * weight for letter, weight in zip(text[:8], _ORGANIZATION_WEIGHTS, strict=True)) % 11
    )
    if {10: "X", 11: "0"}.get(check, str(check)) != text[8]:
        raise IdentifierInvalid("check_digit", kind=kind)
    return text


# -- other documents of persons ------------------------------------------------------------


def _shaped(kind: str, pattern: str) -> Callable[[str], str]:
    compiled = re.compile(pattern)

    def read(value: str) -> str:
        text = plain(value, kind)
        if not compiled.fullmatch(text):
            raise IdentifierInvalid("shape", kind=kind)
        return text

    return read


def passport(value: str) -> str:
    """A passport number of any country: 5 to 15 letters and digits, at least three digits.

    Raises:
        IdentifierInvalid: it cannot be a passport number.
    """
    text = plain(value, "passport")
    if not re.fullmatch(r"[0-9A-Z]{5,15}", text) or sum(letter.isdigit() for letter in text) < 3:
        raise IdentifierInvalid("shape", kind="passport")
    return text


def foreign_resident_id(value: str, *, today: date) -> str:
    """A foreigner's permanent resident id: 18 digits beginning with 9, or the earlier 3 letters and 12 digits.

    Raises:
        IdentifierInvalid: shape, birth date or (18 digits) check digit is wrong.
    """
    kind = "foreign_resident_id"
    text = plain(value, kind)
    if re.fullmatch(r"9[0-9]{16}[0-9X]", text):
        _birth_date(text[6:14], today, kind)
        if resident_check_digit(text[:17]) != text[17]:
            raise IdentifierInvalid("check_digit", kind=kind)
    elif re.fullmatch(r"[A-Z]{3}[0-9]{12}", text):
        if _calendar("20" + text[7:13]) is None and _calendar("19" + text[7:13]) is None:
            raise IdentifierInvalid("birth_date", kind=kind)
    else:
        raise IdentifierInvalid("shape", kind=kind)
    return text


def hk_macau_permit(value: str) -> str:
    """A mainland travel permit of Hong Kong (H) or Macau (M): the letter and 8 lifelong digits.

    The earlier form carries two more digits that count reissues; they are dropped.

    Raises:
        IdentifierInvalid: it cannot be such a permit.
    """
    return _shaped("hk_macau_permit", r"[HM][0-9]{8}([0-9]{2})?")(value)[:9]


def taiwan_permit(value: str) -> str:
    """A mainland travel permit of a Taiwan resident: 8 lifelong digits.

    The earlier form carries two digits and a letter that tell the issue; they are dropped.

    Raises:
        IdentifierInvalid: it cannot be such a permit.
    """
    return _shaped("taiwan_permit", r"[0-9]{8}([0-9]{2}(\(?[A-Z]\)?)?)?")(value)[:8]


def birth_certificate(value: str) -> str:
    """A medical certificate of birth: a letter and nine digits. The document of an infant.

    Raises:
        IdentifierInvalid: it cannot be such a number.
    """
    return _shaped("birth_certificate", r"[A-Z][0-9]{9}")(value)


def military_id(value: str) -> str:
    """An officer's or soldier's card: up to four characters of the service, six to eight digits, an end mark.

    Raises:
        IdentifierInvalid: it cannot be such a number.
    """
    return _shaped("military_id", r"[A-Z\u4e00-\u9fff]{0,4}[0-9]{6,8}[\u4e00-\u9fff]?")(value)


def social_insurance_number(value: str) -> str:
    """A social insurance number or card: 8 to 20 letters and digits.

    Raises:
        IdentifierInvalid: it cannot be such a number.
    """
    return _shaped("social_insurance", r"[0-9A-Z]{8,20}")(value)


def card_number(value: str, *, kind: str = "hospital_card") -> str:
    """A number on a card of the city or of a hospital, led by the issuer's code and a slash where it has one.

    Raises:
        IdentifierInvalid: it cannot be such a number.
    """
    return _shaped(kind, r"([0-9A-Z_.]{1,40}/)?[0-9A-Z]{4,40}")(value)


def mobile(value: str) -> str:
    """A mainland mobile number: 11 digits; a leading +86 or 0086 is dropped.

    Raises:
        IdentifierInvalid: it cannot be such a number.
    """
    text = plain(value, "mobile")
    text = re.sub(r"^(\+86|0086)", "", text)
    if not re.fullmatch(r"1[3-9][0-9]{9}", text):
        raise IdentifierInvalid("shape", kind="mobile")
    return text


# -- by kind -------------------------------------------------------------------------------

_BY_SYSTEM: Mapping[str, Callable[[str, date], str]] = {
    "resident_id": lambda value, today: resident_id(value, today=today).number,
    "household_register": lambda value, today: resident_id(value, today=today).number,
    "passport": lambda value, today: passport(value),
    "foreign_resident_id": lambda value, today: foreign_resident_id(value, today=today),
    "hk_macau_permit": lambda value, today: hk_macau_permit(value),
    "taiwan_permit": lambda value, today: taiwan_permit(value),
    "birth_certificate": lambda value, today: birth_certificate(value),
    "military_id": lambda value, today: military_id(value),
    "social_insurance": lambda value, today: social_insurance_number(value),
    "citizen_card": lambda value, today: card_number(value, kind="citizen_card"),
    "hospital_card": lambda value, today: card_number(value),
}
SYSTEMS: tuple[str, ...] = tuple(_BY_SYSTEM)


def normalise(system: str, value: str, *, today: date) -> str:
    """The normal form of an identifier of a named kind (one of ``SYSTEMS``).

    A child's number in the household register is a resident id and shares its rules.

    Raises:
        IdentifierInvalid: the kind is unknown or the value breaks its rules.
    """
    read = _BY_SYSTEM.get(system)
    if read is None:
        raise IdentifierInvalid("kind", kind=system, known=", ".join(SYSTEMS))
    return read(value, today)


# -- masks ---------------------------------------------------------------------------------


def mask(value: str) -> str:
    """An identifier as screens show it: ``320106********1234``; shorter ones keep a quarter at each end."""
    if len(value) >= 15:
        return value[:6] + "*" * (len(value) - 10) + value[-4:]
    ends = len(value) // 4
    return value[:ends] + "*" * (len(value) - 2 * ends) + (value[-ends:] if ends else "")


def mask_mobile(value: str) -> str:
    """A mobile number as screens show it: ``138****1234``."""
    return value[:3] + "****" + value[-4:] if len(value) == 11 else mask(value)


def mask_name(value: str) -> str:
    """A name as screens show it: its first character and one star, whatever its length."""
    return value[:1] + "*" if value else ""
