"""Lookups, their refusals, and loading from a pack."""

from __future__ import annotations

import json
from collections.abc import Iterator
from types import SimpleNamespace
from typing import Any

import pytest
from django.core.management import call_command
from django.utils import translation

from jinling.foundation.directory import public as directory
from jinling.foundation.terminology import (
    public as terminology,
    queries as terminology_queries,
    rules as terminology_rules,
)
from jinling.foundation.terminology.models import CodeSystem, Concept, ConceptMap, ValueSet
from jinling.foundation.terminology.usecases import load_terminology

pytestmark = pytest.mark.django_db
PACK = SimpleNamespace()
DATA: dict[str, Any] = {
    "code_systems": [
        {"code": "sex", "name": "性别", "name_en": "Sex", "oid": "2.16.1", "basis": "seen",
         "concepts": {"1": {"zh": "男", "en": "Male"}, "2": {"zh": "女", "en": "Female"}, "9": "未说明"}},
        {"code": "gender", "name": "G", "name_en": "G", "url": "http://example.org/g", "basis": "seen",
         "concepts": {"male": "男", "female": "女"}},
    ],
    "value_sets": [
        {"code": "sex", "system": "sex", "name": "性别", "name_en": "Sex"},
        {"code": "stated", "system": "sex", "name": "性别", "name_en": "Sex", "include": ["2", "1"]},
    ],
    "concept_maps": [{"code": "to-gender", "source": "sex", "target": "gender", "mappings": {"1": "male"}}],
}  # fmt: skip


@pytest.fixture(autouse=True)
def _loaded(db: None) -> Iterator[None]:
    load_terminology(DATA, PACK)
    with translation.override("en"):
        yield


def test_validate_knows_the_codes_of_a_value_set() -> None:
    assert terminology_queries.validate("9", "sex")
    assert not terminology_queries.validate("9", "stated")
    assert not terminology_queries.validate("7", "sex")
    assert not terminology_queries.validate("", "sex")
    assert terminology_queries.codes("stated") == {"1", "2"}
    assert terminology_queries.codes("sex") == {"1", "2", "9"}


def test_display_speaks_the_readers_language() -> None:
    assert terminology.display("1", "sex") == "Male"
    assert terminology.display("1", "sex", "zh-hans") == "男"
    with translation.override("zh-hans"):
        assert terminology.display("1", "sex") == "男"


def test_a_missing_word_falls_back_to_the_other_language() -> None:
    assert terminology.display("9", "sex", "en") == "未说明"


def test_a_system_is_found_by_code_oid_and_url() -> None:
    assert terminology.display("1", "2.16.1") == "Male"
    assert terminology.code_system("http://example.org/g").code == "gender"


def test_choices_come_in_the_systems_order() -> None:
    assert [(c.code, c.display) for c in terminology.choices("stated")] == [("1", "Male"), ("2", "Female")]


def test_translate_reads_a_code_in_the_target() -> None:
    assert terminology.translate("1", "to-gender") == "male"


@pytest.mark.parametrize(
    ("ask", "refusal", "told"),
    [
        (lambda: terminology_queries.validate("1", "none"), terminology_rules.ValueSetUnknown, "sex, stated"),
        (lambda: terminology_queries.codes("none"), terminology_rules.ValueSetUnknown, "sex, stated"),
        (lambda: terminology.choices("none"), terminology_rules.ValueSetUnknown, "sex, stated"),
        (lambda: terminology.display("7", "sex"), terminology_rules.CodeUnknown, "1, 2, 9"),
        (lambda: terminology.display("1", "none"), terminology_rules.CodeSystemUnknown, "gender, sex"),
        (lambda: terminology.display("1", ""), terminology_rules.CodeSystemUnknown, "gender, sex"),
        (lambda: terminology.translate("1", "none"), terminology_rules.ConceptMapUnknown, "to-gender"),
        (lambda: terminology.translate("2", "to-gender"), terminology_rules.NotMapped, "city pack"),
    ],
)
def test_what_is_unknown_is_refused_with_the_choices(ask: Any, refusal: type[Exception], told: str) -> None:
    with pytest.raises(refusal) as refused:
        ask()
    assert told in refused.value.mend_message()


def test_loading_again_changes_nothing() -> None:
    before = [list(m.objects.order_by("pk").values()) for m in (CodeSystem, Concept, ValueSet, ConceptMap)]
    assert load_terminology(DATA, PACK) == 5
    assert [list(m.objects.order_by("pk").values()) for m in (CodeSystem, Concept, ValueSet, ConceptMap)] == before


def test_a_code_that_the_pack_drops_keeps_its_word_and_is_no_longer_valid() -> None:
    smaller = {**DATA, "code_systems": [dict(s) for s in DATA["code_systems"]], "value_sets": DATA["value_sets"][:1]}
    smaller["code_systems"][0]["concepts"] = {"1": "男"}
    load_terminology(smaller, PACK)
    assert terminology_queries.codes("sex") == {"1"}
    assert terminology.display("2", "sex") == "Female"
    assert not ValueSet.objects.filter(code="stated").exists()
    load_terminology(DATA, PACK)
    assert terminology_queries.codes("sex") == {"1", "2", "9"}


def test_the_pack_of_nanjing_loads_and_its_maps_hold() -> None:
    data = directory.read_pack("nanjing").section("terminology")
    load_terminology(data, PACK)
    assert terminology.display("2", "2.16.156.10011.2.3.3.4", "zh-hans") == "女性"
    assert terminology.translate("2", "sex-to-gender") == "female"
    assert len(terminology_queries.codes("ethnic-group")) == 58
    assert terminology_queries.codes("sex-known") == {"1", "2"}


def test_the_command_looks_up_lists_and_translates(capsys: pytest.CaptureFixture[str]) -> None:
    call_command("terminology", "lookup", "sex", "1", "--json", "--language", "en", prepare=False)
    assert json.loads(capsys.readouterr().out) == {"system": "sex", "oid": "2.16.1", "code": "1", "display": "Male"}
    call_command("terminology", "list", "stated", "--language", "zh-hans", prepare=False)
    assert capsys.readouterr().out.splitlines() == ["1\t男", "2\t女"]
    call_command("terminology", "list", "stated", "--json", prepare=False)
    assert [c["code"] for c in json.loads(capsys.readouterr().out)] == ["1", "2"]
    call_command("terminology", "translate", "to-gender", "1", prepare=False)
    assert capsys.readouterr().out == "male\n"
    with pytest.raises(SystemExit) as stop:
        call_command("terminology", "lookup", "sex", "7", prepare=False)
    assert stop.value.code == 1
    assert "1, 2, 9" in capsys.readouterr().err
