"""The code's text: no other text, no altered text, no text from tomorrow is read."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from uuid import UUID

import pytest
from hypothesis import given, strategies as st

from jinling.services.cards.rules.codes import LIFETIME, Code, CodeExpired, CodeInvalid, read, write

KEY = bytes(range(64))
NOW = datetime(2018, 5, 2, 9, 0, tzinfo=UTC)
CODE = Code(UUID(int=7), NOW, b"12345678")
TEXT = write(CODE, key=KEY)


def test_what_is_written_is_read():
    assert read(TEXT, key=KEY, now=NOW) == CODE
    assert read(f" {TEXT}\n", key=KEY, now=NOW + LIFETIME) == CODE
    assert len(TEXT) < 80


@given(place=st.integers(0, len(TEXT) - 1), letter=st.characters(codec="ascii"))
def test_one_other_letter_is_noticed(place, letter):
    altered = TEXT[:place] + letter + TEXT[place + 1 :]
    if altered.strip() != TEXT:
        with pytest.raises(CodeInvalid):
            read(altered, key=KEY, now=NOW)


@given(st.text(max_size=300))
def test_any_other_text_is_refused(text):
    with pytest.raises(CodeInvalid):
        read(text, key=KEY, now=NOW)


def test_age_and_key():
    with pytest.raises(CodeExpired):
        read(TEXT, key=KEY, now=NOW + LIFETIME + timedelta(milliseconds=1))
    with pytest.raises(CodeInvalid):
        read(TEXT, key=KEY, now=NOW - timedelta(seconds=6))
    assert read(TEXT, key=KEY, now=NOW - timedelta(seconds=4)) == CODE
    with pytest.raises(CodeInvalid):
        read(TEXT, key=KEY[::-1], now=NOW)
    with pytest.raises(CodeInvalid):
        read(TEXT + "." * 200, key=KEY, now=NOW)
