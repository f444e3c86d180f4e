"""Identifiers: each rule has an example that keeps it and one that breaks it."""

from datetime import date

import pytest
from hypothesis import given, strategies as st

from jinling.kernel import identifiers as ids
from jinling.kernel.identifiers import IdentifierInvalid

TODAY = date(2018, 5, 1)


def number(area: str, born: str, order: str) -> str:
    return area + born + order + ids.resident_check_digit(area + born + order)


def refusal(call, *args, **kwargs) -> IdentifierInvalid:
    with pytest.raises(IdentifierInvalid) as caught:
        call(*args, **kwargs)
    return caught.value


def test_the_example_of_the_standard():
    # GB 11643-1999, 4.2: the check character of 11010519491231002 is X.
    read = ids.resident_id("11010519491231002x", today=TODAY)
    assert read == ids.ResidentId("11010519491231002X", date(1949, 12, 31), "female", "110105", upgraded=False)


@given(
    born=st.dates(date(1900, 1, 1), date(2018, 5, 1)),
    order=st.integers(0, 999),
    area=st.sampled_from(["320106", "320107", "320103", "110105", "830000"]),
)
def test_every_made_number_reads_back(born, order, area):
    text = number(area, f"{born:%Y%m%d}", f"{order:03}")
    read = ids.resident_id(text, today=TODAY, strictness="issued")
    assert (read.birth_date, read.area, read.sex) == (born, area, "male" if order % 2 else "female")


@given(position=st.integers(0, 17), digit=st.sampled_from("0123456789X"))
def test_one_wrong_character_never_passes(position, digit):
    good = "110105194912310021"[:17] + "X"
    bad = good[:position] + digit + good[position + 1 :]
    if bad != good:
        refusal(ids.resident_id, bad, today=TODAY)


def test_the_15_digit_form_becomes_the_18_digit_one():
    read = ids.resident_id("320106491231002", today=TODAY)
    assert read.number == number("320106", "19491231", "002")
    assert read.upgraded
    assert refusal(ids.resident_id, "320106491231002", today=TODAY, strictness="issued").reason == "old_form"


def test_full_width_and_spaces_are_mended():
    text = number("320106", "19900101", "123")
    wide = "".join(chr(ord(c) + 0xFEE0) for c in text)
    assert ids.resident_id(f" {wide[:6]} {wide[6:]}\u200b", today=TODAY).number == text


@pytest.mark.parametrize(
    ("value", "reason"),
    [
        ("", "empty"),
        ("  ", "empty"),
        ("32010619900101123", "length"),
        ("3201061990010112345", "length"),
        ("32010619900101A23X", "characters"),
        ("3.20106199001E+17", "damaged"),
        ("990106199001011234", "area"),
        ("320106199002301234", "birth_date"),
        ("320106201805021230", "future"),
        ("320106180001011230", "too_old"),
        ("320106199001011230", "check_digit"),
    ],
)
def test_what_is_wrong_is_said(value, reason):
    found = refusal(ids.resident_id, value, today=TODAY)
    assert found.reason == reason
    assert found.where == "resident_id"
    assert not value.strip() or value not in found.message() + found.mend_message()


def test_strictness():
    wrong = "320106199001011230"
    assert ids.resident_id(wrong, today=TODAY, strictness="shape").birth_date == date(1990, 1, 1)
    good = number("320107", "19900101", "123")
    assert ids.resident_id(good, today=TODAY, areas={"320107"}).area == "320107"
    assert refusal(ids.resident_id, good, today=TODAY, areas={"320106"}).reason == "area"


def test_social_credit_code():
    assert ids.social_credit_code("91350100m000100y43") == "91350100M000100Y43"
    assert refusal(ids.social_credit_code, "91350100M000100Y44").reason == "check_digit"
    assert refusal(ids.social_credit_code, "91350100I000100Y43").reason == "characters"
    assert refusal(ids.social_credit_code, "9135").reason == "length"


def test_organization_code():
    assert ids.organization_code("D2143569-X") == "D2143569X"
    assert refusal(ids.organization_code, "D21435691").reason == "check_digit"
    assert refusal(ids.organization_code, "D2143569#").reason == "characters"
    assert refusal(ids.organization_code, "D2").reason == "length"


@pytest.mark.parametrize(
    ("system", "given_value", "normal"),
    [
        ("passport", "e 1234 5678", "E12345678"),
        ("hk_macau_permit", "h0123456702", "H01234567"),
        ("hk_macau_permit", "M01234567", "M01234567"),
        ("taiwan_permit", "0123456701(B)", "01234567"),
        ("taiwan_permit", "01234567", "01234567"),
        ("birth_certificate", "o320123456", "O320123456"),
        ("military_id", "0123456", "0123456"),
        ("social_insurance", "jsa1234567", "JSA1234567"),
        ("hospital_card", "nj001/00012345", "NJ001/00012345"),
        ("citizen_card", "9700012345", "9700012345"),
        ("foreign_resident_id", "CAN320179011501", "CAN320179011501"),
        (
            "foreign_resident_id",
            "93210419881010123" + ids.resident_check_digit("93210419881010123"),
            "93210419881010123" + ids.resident_check_digit("93210419881010123"),
        ),
        ("household_register", number("320106", "20150301", "001"), number("320106", "20150301", "001")),
    ],
)
def test_other_documents(system, given_value, normal):
    assert ids.normalise(system, given_value, today=TODAY) == normal
    assert ids.normalise(system, normal, today=TODAY) == normal


@pytest.mark.parametrize(
    ("system", "value", "reason"),
    [
        ("passport", "ABCDEFG", "shape"),
        ("passport", "12", "shape"),
        ("hk_macau_permit", "X01234567", "shape"),
        ("taiwan_permit", "123", "shape"),
        ("birth_certificate", "3201234567", "shape"),
        ("military_id", "12", "shape"),
        ("social_insurance", "1", "shape"),
        ("hospital_card", "a/b/c", "shape"),
        ("citizen_card", "1", "shape"),
        ("foreign_resident_id", "CAN320179130101", "birth_date"),
        ("foreign_resident_id", "CAN", "shape"),
        ("foreign_resident_id", "932104198810101230", "check_digit"),
        ("loyalty_card", "123", "kind"),
    ],
)
def test_other_documents_refused(system, value, reason):
    found = refusal(ids.normalise, system, value, today=TODAY)
    assert (found.reason, found.where) == (reason, system)


@pytest.mark.parametrize("value", ["13912345678", "+86 139 1234 5678", "0086-139-1234-5678"])
def test_mobile(value):
    assert ids.mobile(value) == "13912345678"


@pytest.mark.parametrize("value", ["12912345678", "1391234567", "02583106666", "1391234567a"])
def test_mobile_refused(value):
    assert refusal(ids.mobile, value).reason == "shape"


def test_masks():
    assert ids.mask("320106199001011234") == "320106********1234"
    assert ids.mask("E12345678") == "E1*****78"
    assert ids.mask("123") == "***"
    assert ids.mask_mobile("13812341234") == "138****1234"
    assert ids.mask_mobile("8312") == "8**2"
    assert ids.mask_name("\u5f20\u4e09\u4e30") == "\u5f20*"
    assert ids.mask_name("") == ""
