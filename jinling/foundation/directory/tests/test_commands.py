"""The commands city and directory: what they print and how they end."""

from __future__ import annotations

import json
import shutil
from pathlib import Path

import pytest
from django.core.management import call_command

from jinling.foundation.directory import public as directory
from jinling.foundation.directory.tests.packs import WRENPORT

Captured = pytest.CaptureFixture[str]


def run(*arguments: str) -> int:
    """The exit code of a command."""
    try:
        call_command(*arguments, prepare=False)
    except SystemExit as stop:
        return int(stop.code or 0)
    return 0


def test_check_is_silent_about_a_sound_pack(capsys: Captured) -> None:
    assert run("city", "check", str(WRENPORT)) == 0
    told = capsys.readouterr()
    assert told.out == "" and "figures_not_printed" not in told.err and "cards.*" in told.err  # a remark, no problem
    assert run("city", "check", str(WRENPORT), "--json") == 0
    answer = json.loads(capsys.readouterr().out)
    assert (answer["ok"], answer["problems"]) == (True, [])
    assert [remark["code"] for remark in answer["remarks"]] == ["figures_not_printed"]


def test_check_prints_every_problem_and_ends_with_one(tmp_path: Path, capsys: Captured) -> None:
    folder = Path(shutil.copytree(WRENPORT, tmp_path / "pack"))
    (folder / "missing_figures.yaml").unlink()
    (folder / "city.yaml").write_text("code: [\n", encoding="utf-8")
    assert run("city", "check", str(folder)) == 1
    lines = capsys.readouterr().out.splitlines()
    assert [line.split(":")[0] for line in lines] == ["city.yaml", "missing_figures.yaml"]
    assert run("city", "check", str(folder), "--json") == 1
    answer = json.loads(capsys.readouterr().out)
    assert answer["ok"] is False
    assert {(p["file"], p["code"]) for p in answer["problems"]} == {
        ("city.yaml", "broken"), ("missing_figures.yaml", "missing_file"),
    }  # fmt: skip


def test_check_of_no_pack_is_refused(capsys: Captured) -> None:
    assert run("city", "check", "/nowhere") == 1
    assert "nanjing" in capsys.readouterr().err


@pytest.mark.django_db
def test_load_prints_what_it_loaded(capsys: Captured) -> None:
    assert run("city", "load", "nanjing", "--json") == 0
    answer = json.loads(capsys.readouterr().out)
    assert (answer["city"], answer["sections"]["organizations"]) == ("320100", 75)
    assert run("city", "load") == 0
    assert "organizations: 75" in capsys.readouterr().out


@pytest.mark.django_db
def test_load_of_a_broken_pack_names_the_problems(tmp_path: Path, capsys: Captured) -> None:
    folder = Path(shutil.copytree(WRENPORT, tmp_path / "pack"))
    (folder / "missing_figures.yaml").unlink()
    assert run("city", "load", str(folder)) == 1
    assert "missing_figures.yaml" in capsys.readouterr().err
    assert not directory.is_loaded()


def test_resolve_prints_the_institution(nanjing: object, capsys: Captured) -> None:
    assert run("directory", "resolve", "中科院皮研所", "--json") == 0
    answer = json.loads(capsys.readouterr().out)
    assert (answer["code"], answer["name"]) == ("NJ0048", "中国医学科学院皮肤病研究所")
    assert "皮研所" in answer["aliases"]
    assert run("directory", "resolve", "中科院皮研所") == 0
    assert capsys.readouterr().out == "NJ0048\t中国医学科学院皮肤病研究所\n"


def test_resolve_of_an_unknown_name_names_the_nearest(nanjing: object, capsys: Captured) -> None:
    assert run("directory", "resolve", "南京鼓楼医") == 1
    told = capsys.readouterr()
    assert "南京鼓楼医院" in told.err and told.out == ""
    assert run("directory", "resolve", "南京鼓楼医", "--json") == 1
    answer = json.loads(capsys.readouterr().out)
    assert (answer["refused"], answer["nearest"][0]) == ("organization_unknown", "南京鼓楼医院")


def test_list_and_search(nanjing: object, capsys: Captured) -> None:
    assert run("directory", "list", "--json") == 0
    assert len(json.loads(capsys.readouterr().out)) == 75
    assert run("directory", "list", "--ownership", "military", "--district", "江宁区") == 0
    assert capsys.readouterr().out.splitlines() == [
        "NJ0055\t南京军区南京总医院汤山分院\tbranch\tmilitary\t江宁区"]  # fmt: skip
    assert run("directory", "search", "glyy", "--json") == 0
    assert json.loads(capsys.readouterr().out)[0]["code"] == "32010100"


@pytest.mark.django_db
def test_a_change_is_shown_then_made(capsys: Captured) -> None:
    run("city", "load", "nanjing")
    asked = ("directory", "rename", "NJ0018", "秦淮医疗区", "--on", "2018-06-01", "--reason", "Order 7")
    capsys.readouterr()
    assert run(*asked, "--preview") == 0
    seen = capsys.readouterr()
    assert "解放军第八一医院\t秦淮医疗区" in seen.out and "2018-06" in seen.err
    assert directory.get("NJ0018").name == "解放军第八一医院"
    assert run(*asked) == 0
    assert capsys.readouterr().out == "NJ0018\t秦淮医疗区\n"
    assert run(*asked, "--json") == 1
    assert json.loads(capsys.readouterr().out)["refused"] == "change_empty"
    assert run("directory", "merge", "NJ0003", "NJ0018", "NJ0005", "--on", "2018-07-01", "--preview", "--json") == 0
    seen = json.loads(capsys.readouterr().out)
    assert [one["from"] for one in seen["successions"]] == ["NJ0018", "NJ0005"]
    assert run("directory", "correct", "NJ0018", "--active", "no", "--on", "2018-05-01", "--until", "2018-05-09") == 1
    assert run("directory", "alias", "NJ0018", "老八一") == 0
    capsys.readouterr()
    assert run("directory", "history", "老八一") == 0
    lines = capsys.readouterr().out.splitlines()
    assert [line.split("\t")[:3] for line in lines] == [
        ["2018-06-01", "", "秦淮医疗区"], ["1900-01-01", "2018-06-01", "解放军第八一医院"],
    ]  # fmt: skip
    assert run("directory", "history", "NJ0018", "--json") == 0
    assert len(json.loads(capsys.readouterr().out)["versions"]) == 3
    new = ("NJ9001", "新河医院", "--name-en", "Xinhe", "--kind", "hospital", "--ownership", "other")
    assert run("directory", "register", *new, "--opened", "2018-07-01") == 0
    assert run("directory", "split", "NJ0018", "NJ9001", "--stays", "--on", "2018-07-01", "--reason", "R") == 0
    assert [one.successor.code for one in directory.successions(directory.get("NJ0018").pk)] == ["NJ9001"]
