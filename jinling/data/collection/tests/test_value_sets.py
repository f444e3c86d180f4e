"""The code lists that uploads are held to, and the code systems of the city: one standard, one list."""

from __future__ import annotations

from jinling.data.collection.catalogue.reading import catalogue
from jinling.foundation.directory.public import read_pack
from jinling.foundation.terminology.rules import written
from jinling.foundation.terminology.usecases import facts_of


def test_a_standard_has_the_same_codes_and_words_in_both() -> None:
    systems = {}
    for entry in read_pack("nanjing").section("terminology")["code_systems"]:
        words = {code: facts_of(word)["display"] for code, word in entry["concepts"].items()}
        standard = entry.get("standard", "")
        systems |= {written(standard): words, written(f"{standard}-{entry['version']}"): words}
    shared = [one for one in catalogue().value_sets.values() if written(one.source) in systems]
    assert len(shared) == 14
    assert [one.name for one in shared if dict(one.values) != systems[written(one.source)]] == []
