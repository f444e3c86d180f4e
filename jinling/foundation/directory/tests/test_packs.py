"""Reading packs, and every problem that a check finds."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest
from django.utils import translation
from hypothesis import HealthCheck, given, settings, strategies as st

from jinling.foundation.directory.packs import Pack, check_pack, current_pack, packaged, read_pack
from jinling.foundation.directory.packs.sections import sections
from jinling.foundation.directory.rules import OrganizationUnknown, PackRefused, PackUnknown
from jinling.foundation.directory.tests.packs import WRENPORT, Spoil, swap


@pytest.fixture(autouse=True)
def _english() -> Iterator[None]:
    with translation.override("en"):
        yield


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    return Path(shutil.copytree(WRENPORT, tmp_path / "wrenport"))


def test_another_city_has_no_problem_and_is_read() -> None:
    pack = read_pack(WRENPORT)
    assert check_pack(pack) == []
    assert (pack.name, pack.city["code"], pack.city["name"]) == ("wrenport", "WRN", "Wrenport")
    assert [d["code"] for d in pack.section("districts")] == ["WRN-1", "WRN-2"]
    assert (pack.code_of("wgh"), pack.code_of("H2"), pack.find("nowhere")) == ("H1", "H2", None)
    assert (pack.names("reference"), pack.names("nothing")) == (("2021-03",), ())
    assert not pack.has("terminology")


def test_packs_are_found_by_name_and_by_path() -> None:
    assert "nanjing" in packaged()
    assert read_pack("nanjing").path == packaged()["nanjing"]
    assert read_pack(str(WRENPORT)).path == WRENPORT


@pytest.mark.parametrize("name", ["atlantis", "/nowhere/at/all", "a\0b", ""])
def test_an_unknown_pack_is_refused_with_the_known_ones(name: str, tmp_path: Path) -> None:
    if not name:
        name = str(tmp_path / "missing")
    with pytest.raises(PackUnknown) as refused:
        read_pack(name)
    assert "nanjing" in refused.value.fields["known"]


def test_the_current_pack_is_the_one_that_the_setting_names(settings: object) -> None:
    settings.JINLING_CITY = str(WRENPORT)
    assert current_pack().city["code"] == "WRN"


def test_a_missing_section_is_refused(folder: Path) -> None:
    with pytest.raises(PackRefused):
        read_pack(folder).section("terminology")
    with pytest.raises(PackRefused):
        read_pack(folder).section("reference/1999-01")
    assert read_pack(folder).section("reference/1999-01", {}) == {}


def test_a_broken_section_is_refused_with_its_place(folder: Path) -> None:
    (folder / "missing_figures.yaml").write_text("missing_figures:\n  - {code: a\n", encoding="utf-8")
    with pytest.raises(PackRefused) as refused:
        read_pack(folder).section("missing_figures")
    assert refused.value.where.startswith("missing_figures.yaml:")


def test_an_unknown_name_in_a_pack_comes_with_the_nearest() -> None:
    with pytest.raises(OrganizationUnknown) as refused:
        read_pack(WRENPORT).code_of("Wrenport Genral Hospital")
    assert refused.value.fields["nearest"][0] == "Wrenport General Hospital"


def test_clocks_and_codes_stay_text(folder: Path) -> None:
    (folder / "notes.yaml").write_text("a: 12:00\nb: 0123\nc: yes\nd: 7\ne: 1.5\nf: null\ng: true\n", encoding="utf-8")
    assert read_pack(folder).section("notes") == {
        "a": "12:00", "b": "0123", "c": "yes", "d": 7, "e": 1.5, "f": None, "g": True,
    }  # fmt: skip


def test_the_digest_changes_with_any_byte(folder: Path) -> None:
    before = read_pack(folder).digest()
    assert before == read_pack(folder).digest()
    (folder / "missing_figures.yaml").write_bytes((folder / "missing_figures.yaml").read_bytes() + b"\n")
    assert read_pack(folder).digest() != before


ORG, DIS = "organizations.yaml", "districts.yaml"
STREETS = "streets:\n  - {code: S1, name: Quay Lane, district: WRN-1, run_by: WRN-2}\n"


def streets(old: str, new: str) -> Spoil:
    """Streets, which the pack has not, with something replaced in them."""
    return lambda folder: (folder / "streets.yaml").write_text(STREETS.replace(old, new), "utf-8")


FAULTS: list[tuple[str, Spoil, str, str]] = [
    ("broken YAML", lambda f: (f / "city.yaml").write_text("code: WRN\nname: [a\n", "utf-8"), "city.yaml", "broken"),
    ("tab", lambda f: (f / DIS).write_text("districts:\n\t- a\n", "utf-8"), DIS, "broken"),
    ("not UTF-8", lambda f: (f / DIS).write_bytes(b"districts: \xff\xfe"), DIS, "not_utf8"),
    ("empty file", lambda f: (f / DIS).write_text("# nothing\n", "utf-8"), DIS, "empty"),
    ("broken JSON", lambda f: (f / "streets.json").write_text("{", "utf-8"), "streets.json", "broken"),
    ("missing file", lambda f: (f / DIS).unlink(), DIS, "missing_file"),
    ("strange file", lambda f: (f / "plans.yaml").write_text("a: 1\n", "utf-8"), "plans.yaml", "file_unknown"),
    ("strange folder", lambda f: (f / "old").mkdir(), "old/", "file_unknown"),
    ("section twice", lambda f: (f / "districts.json").write_text("{}", "utf-8"), "districts.json", "section_twice"),
    ("key twice", swap("city.yaml", "name: Wrenport", "name: Wrenport\nname: Other"), "city.yaml", "key_twice"),
    ("unknown key", swap(ORG, "aliases: [WGH]", "alias: [WGH]"), ORG, "key_unknown"),
    ("a formula for a name", swap(ORG, "name: Hill Health Centre", "name: =Hill"), ORG, "bad_value"),
    ("missing key", swap(ORG, "kind: branch,", ""), ORG, "missing_key"),
    ("unknown kind", swap(ORG, "kind: branch", "kind: tent"), ORG, "choice_unknown"),
    ("code without quotes", swap(ORG, "code: H2", "code: 22"), ORG, "not_text"),
    ("half a place", swap(ORG, ", crs: wgs84", ""), ORG, "bad_value"),
    ("latitude", swap(ORG, "lat: 38.7", "lat: 138.7"), ORG, "bad_value"),
    ("time zone", swap("city.yaml", "Europe/Lisbon", "Europe/Wrenport"), "city.yaml", "bad_value"),
    ("code twice", swap(ORG, "code: H2", "code: H1"), ORG, "duplicate_code"),
    ("alias means two", swap(ORG, "[St. Brendan Hospital]", "[St. Brendan Hospital, wgh]"), ORG, "name_means_two"),
    ("name means two", swap(ORG, "name: Saint Brendan Hospital,", "name: W.G.H.,"), ORG, "name_means_two"),
    ("name means two, by a mark", swap(ORG, "[WGH]", "[WGH, Sa\u00efnt Brendan Hospital]"), ORG, "name_means_two"),
    ("name means two, by a short word", swap(ORG, "[WGH]", "[WGH, St Br\u00e9ndan Hospital]"), ORG, "name_means_two"),
    ("name without letters", swap(ORG, "aliases: [WGH]", "aliases: [WGH, '...']"), ORG, "empty_name"),
    ("unknown district", swap(ORG, "district: WRN-2", "district: WRN-9"), ORG, "district_unknown"),
    ("part of nothing", swap(ORG, "part_of: H1", "part_of: H9"), ORG, "bad_part_of"),
    ("part of itself", swap(ORG, "part_of: H1", "part_of: H3"), ORG, "bad_part_of"),
    ("part of what closed", swap(ORG, "aliases: [WGH]", "closed: 2021-06-01"), ORG, "whole_closed"),
    ("part of what is closed", swap(ORG, "aliases: [WGH]", "active: false"), ORG, "whole_closed"),
    ("district twice", swap(DIS, "WRN-2", "WRN-1"), DIS, "duplicate_code"),
    ("short name twice", lambda f: [swap(DIS, f"name_en: {n}", f"name_en: {n}, short_name: Town")(f)
                                   for n in ("Harbour", "Hill")], DIS, "duplicate_short_name"),
    ("retired code in use", swap(DIS, "code: WRN-0", "code: WRN-2"), DIS, "duplicate_code"),
    ("list where keys stand", lambda f: (f / DIS).write_text("- a\n", "utf-8"), DIS, "bad_shape"),
    ("street nowhere", streets("district: WRN-1", "district: WRN-9"), "streets.yaml", "district_unknown"),
    ("street run by nobody", streets("run_by: WRN-2", "run_by: WRN-9"), "streets.yaml", "district_unknown"),
    ("street twice", streets("streets:\n", STREETS), "streets.yaml", "duplicate_code"),
]  # fmt: skip


@pytest.mark.parametrize(("spoil", "file", "code"), [f[1:] for f in FAULTS], ids=[f[0] for f in FAULTS])
def test_each_fault_is_found_with_file_and_remedy(folder: Path, spoil: Spoil, file: str, code: str) -> None:
    spoil(folder)
    problems = check_pack(read_pack(folder))
    assert (file, code) in {(p.file, p.code) for p in problems}
    assert all(p.what and p.remedy and str(p).startswith(p.file) for p in problems)


@pytest.mark.parametrize(
    ("spoil", "file", "line"),
    [
        (swap(ORG, "kind: branch", "kind: tent"), ORG, 6),
        (swap(ORG, "aliases: [WGH]", "alias: [WGH]"), ORG, 3),
        (swap(ORG, "district: WRN-2", "district: WRN-9"), ORG, 4),
        (swap(DIS, "code: WRN-0", "code: WRN-2"), DIS, 2),
        (lambda f: (f / "city.yaml").write_text("code: WRN\nname: 'a\n\n", "utf-8"), "city.yaml", 4),
        (lambda f: (f / "streets.json").write_text('{\n"a": 1,\n}', "utf-8"), "streets.json", 3),
    ],
)
def test_a_problem_names_its_line(folder: Path, spoil: Spoil, file: str, line: int) -> None:
    spoil(folder)
    found = [p.line for p in check_pack(read_pack(folder)) if p.file == file]
    assert found == [line]


def test_a_problem_names_its_entry(folder: Path) -> None:
    swap(ORG, "kind: branch", "kind: tent")(folder)
    (problem,) = check_pack(read_pack(folder))
    assert problem.entry == "H3 kind"
    assert "'tent'" in problem.what
    assert "hospital" in problem.remedy


def test_all_problems_are_told_at_once(folder: Path) -> None:
    swap(ORG, "kind: branch", "kind: tent")(folder)
    swap(DIS, "code: WRN-0", "code: WRN-2")(folder)
    (folder / "missing_figures.yaml").unlink()
    found = {(p.file, p.code) for p in check_pack(read_pack(folder))}
    assert found == {(ORG, "choice_unknown"), (DIS, "duplicate_code"), ("missing_figures.yaml", "missing_file")}


def test_a_slip_in_one_file_is_not_told_again_for_another(folder: Path) -> None:
    swap(ORG, "kind: branch", "kind: tent")(folder)
    assert len(check_pack(read_pack(folder))) == 1


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], max_examples=60, deadline=None)
@given(st.binary(max_size=60), st.sampled_from([s.name for s in sections() if not s.files]))
def test_any_bytes_are_answered_with_problems(folder: Path, content: bytes, section: str) -> None:
    (folder / f"{section}.yaml").write_bytes(content)
    assert any(p.file == f"{section}.yaml" for p in check_pack(Pack(folder)))


@pytest.mark.parametrize(
    ("file", "near"), [("organisations.yaml", "organizations.yaml"), ("references", "reference/"), ("weather.csv", "")]
)
def test_what_no_context_reads_is_refused_with_the_nearest_name(folder: Path, file: str, near: str) -> None:
    (folder / file).mkdir() if "." not in file else (folder / file).write_text("a: 1\n", encoding="utf-8")
    (problem,) = check_pack(read_pack(folder))
    assert (problem.file.rstrip("/"), problem.code) == (file, "file_unknown")
    assert problem.remedy.startswith(f"Did you mean {near}?" if near else "Take it out of the pack.")
    assert "city.yaml" in problem.remedy and "reference/" in problem.remedy


LAUGHS = "a0: &a0 [x, x]\n" + "".join(f"a{i}: &a{i} [{', '.join([f'*a{i - 1}'] * 9)}]\n" for i in range(1, 12))


@pytest.mark.parametrize(
    "text", [LAUGHS, "[" * 3000, "a: &a [*a, *a]\n", "a: !!python/object:os.system {}\n", "? [a, b]\n: 1\n"]
)
def test_hostile_yaml_is_answered_with_problems(folder: Path, text: str) -> None:
    (folder / DIS).write_text(text, encoding="utf-8")
    assert any(p.file == DIS for p in check_pack(read_pack(folder)))
