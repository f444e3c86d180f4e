"""Sealing: what is sealed opens only with its key and in its place."""

import pytest
from hypothesis import given, settings, strategies as st

from jinling.kernel.sealing import Keyring, SealBroken, keyring

ONE, TWO, INDEX, INDEX_TWO = bytes([1]) * 32, bytes([2]) * 32, bytes([9]) * 32, bytes([8]) * 32


def ring(algorithm="aes", keys=None, index_keys=None):
    return Keyring(keys=keys or {1: ONE}, index_keys=index_keys or {1: INDEX}, algorithm=algorithm)


@pytest.mark.parametrize("algorithm", ["aes", "sm4"])
@given(text=st.text(st.characters(codec="utf-8"), max_size=80), place=st.text("abc/.", max_size=20))
@settings(max_examples=40)
def test_what_is_sealed_opens_in_its_place(algorithm, text, place):
    keys = ring(algorithm)
    sealed = keys.seal(text, place=place)
    assert keys.open(sealed, place=place) == text
    if text:
        with pytest.raises(SealBroken):
            keys.open(sealed, place=place + "/other")
    else:
        assert sealed == b""


@pytest.mark.parametrize("algorithm", ["aes", "sm4"])
def test_every_changed_byte_is_noticed(algorithm):
    keys = ring(algorithm)
    sealed = keys.seal("canary", place="p")
    for position in range(len(sealed)):
        changed = bytearray(sealed)
        changed[position] ^= 1
        with pytest.raises(SealBroken):
            keys.open(bytes(changed), place="p")
    with pytest.raises(SealBroken):
        keys.open(sealed[:10], place="p")


def test_two_seals_of_one_text_differ_and_hide_it():
    keys = ring()
    first, second = keys.seal("canary", place="p"), keys.seal("canary", place="p")
    assert first != second
    assert b"canary" not in first


def test_old_keys_open_and_new_keys_seal():
    old = ring().seal("text", place="p")
    both = ring("sm4", keys={1: ONE, 2: TWO})
    assert both.open(old, place="p") == "text"
    assert not both.is_current(old)
    renewed = both.reseal(old, place="p")
    assert both.is_current(renewed)
    assert both.reseal(renewed, place="p") == renewed
    assert both.open(renewed, place="p") == "text"
    with pytest.raises(SealBroken):
        ring().open(renewed, place="p")


def test_index_finds_equal_values_of_one_space_only():
    keys = ring()
    assert keys.index("a", space="mobile") == keys.index("a", space="mobile")
    assert keys.index("a", space="mobile") != keys.index("b", space="mobile")
    assert keys.index("a", space="mobile") != keys.index("a", space="passport")
    assert keys.index("", space="mobile") == b""
    assert keys.indexes("", space="mobile") == []
    assert len(keys.index("a", space="mobile")) == 17


@pytest.mark.parametrize("algorithm", ["aes", "sm4"])
def test_a_search_finds_rows_indexed_before_a_change_of_key_or_algorithm(algorithm):
    before = ring().index("a", space="mobile")
    after = ring(algorithm, index_keys={1: INDEX, 2: INDEX_TWO})
    assert after.index("a", space="mobile") == after.indexes("a", space="mobile")[0] != before
    assert before in after.indexes("a", space="mobile")
    assert not after.is_current_index(before)
    assert after.is_current_index(after.index("a", space="mobile"))
    assert after.is_current_index(b"")


@pytest.mark.parametrize(
    "bad",
    [
        {"keys": {}, "index_keys": {1: INDEX}},
        {"keys": {1: b"short"}, "index_keys": {1: INDEX}},
        {"keys": {1: ONE}, "index_keys": {1: ONE}},
        {"keys": {0: ONE}, "index_keys": {1: INDEX}},
        {"keys": {1: ONE}, "index_keys": {128: INDEX}},
    ],
)
def test_an_unsound_keyring_is_not_made(bad):
    with pytest.raises(ValueError):
        keyring(bad)
