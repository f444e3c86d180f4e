"""Countries whose documents, mobiles and names a city pack gives."""

from __future__ import annotations

import random
import re
from dataclasses import replace
from datetime import date

import pytest

from jinling.kernel.countries import CHECKS, CHINA, Document, Number, country_of
from jinling.kernel.identifiers import SYSTEMS, IdentifierInvalid

TODAY = date(2024, 5, 1)
NAMED = {"name": "a", "name_en": "a"}
SPAIN = country_of(
    {
        "code": "ES",
        "mobile": {"calling_code": "34", "forms": ["6## ## ## ##", "7########"]},
        "documents": {
            "resident_id": {**NAMED, "forms": ["##.###.###-@"], "check": "mod23", "uri": "urn:a"},
            "foreign_resident_id": {**NAMED, "forms": ["X#######@", "Y#######@"], "check": "mod23"},
            "social_insurance": {**NAMED, "forms": ["################"], "check": "luhn"},
        },
        "people": {"family": ["Peña"], "female": ["Inés"], "male": ["Íñigo"], "families": "2", "order": "given_first"},
    }
)  # fmt: skip


@pytest.mark.parametrize(
    ("system", "written", "kept"),
    [
        ("resident_id", "12345678Z", "12345678Z"),
        ("resident_id", " 12.345.678 - z ", "12345678Z"),
        ("foreign_resident_id", "x-1234567-l", "X1234567L"),
        ("social_insurance", "4539 1488 0343 6467", "4539148803436467"),
        ("passport", "paa123456", "PAA123456"),
    ],
)
def test_a_number_is_kept_in_one_form(system: str, written: str, kept: str) -> None:
    assert SPAIN.read(system, written, today=TODAY) == Number(kept)


@pytest.mark.parametrize(
    ("system", "written", "reason"),
    [
        ("resident_id", "12345678A", "check_digit"),
        ("resident_id", "1234567Z", "shape"),
        ("resident_id", "", "empty"),
        ("social_insurance", "4539148803436468", "check_digit"),
        ("passport", "A", "shape"),
        ("taiwan_permit", "12345678", "kind"),
        ("elsewhere", "1", "kind"),
    ],
)
def test_a_wrong_number_is_refused_without_repeating_it(system: str, written: str, reason: str) -> None:
    with pytest.raises(IdentifierInvalid) as refused:
        SPAIN.normalise(system, written, today=TODAY)
    assert refused.value.reason == reason and (not written or written not in str(refused.value.fields))


@pytest.mark.parametrize("written", ["612345678", "612 34 56 78", "+34 612-34-56-78", "0034612345678"])
def test_mobiles_lose_the_calling_code(written: str) -> None:
    assert SPAIN.mobile(written) == "612345678"


@pytest.mark.parametrize("written", ["912345678", "13812345678", "61234567", "+35 612345678"])
def test_other_mobiles_are_refused(written: str) -> None:
    with pytest.raises(IdentifierInvalid):
        SPAIN.mobile(written)


def test_a_nought_of_calls_within_the_country_may_be_left_out_behind_the_code() -> None:
    own = replace(SPAIN, calling_code="44", mobiles=("07#########",))
    assert own.mobile("+44 7123 456789") == own.mobile("07123456789") == "07123456789"


def test_chinas_rules_are_those_that_are_built_in() -> None:
    read = CHINA.read("household_register", "11010519491231002x", today=TODAY)
    assert read == Number("11010519491231002X", date(1949, 12, 31), "female")
    assert CHINA.mobile("+86 138 1234 5678") == "13812345678"
    assert (CHINA.systems, CHINA.personal(), CHINA.full_name("A", "B")) == (SYSTEMS, "", "AB")
    assert SPAIN.systems == (
        "resident_id", "passport", "foreign_resident_id", "social_insurance", "citizen_card", "hospital_card"
    )  # fmt: skip


def test_invented_numbers_fit_their_rules() -> None:
    draw = random.Random(1)
    for document in SPAIN.documents.values():
        for _ in range(200):
            made = document.invent(draw)
            assert document.fits(made) and document.checked(made)
    assert set(CHECKS) == {"none", "luhn", "mod23", "mod11_2"}
    chinese = Document(("##################",), "mod11_2")
    assert chinese.checked("11010519491231002X") and not chinese.checked("110105194912310021")


def test_what_names_a_person_is_found_in_a_text() -> None:
    found = re.compile(SPAIN.personal())
    for text in ("number 12345678Z", "12.345.678-z", "call 612 34 56 78 now", "X1234567L"):
        assert found.search(text), text
    for text in ("123456789012", "in 2024-05-01", "A12345678Z"):
        assert not found.search(text), text


@pytest.mark.parametrize("spoil", ["documents", "mobile", "people"])
def test_a_country_without_a_part_is_none(spoil: str) -> None:
    with pytest.raises((KeyError, TypeError, ValueError)):
        country_of({"code": "ES"} | {part: {} for part in ("documents", "mobile", "people") if part != spoil})


def test_parts_of_a_name_are_put_together_as_the_country_does() -> None:
    assert SPAIN.full_name("Peña", "Inés") == "Inés Peña" and SPAIN.full_name("Peña", "") == "Peña"
    family_first = replace(SPAIN, names=replace(SPAIN.names, given_first=False))
    assert family_first.full_name("A", "B") == "A B"
