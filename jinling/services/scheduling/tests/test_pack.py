"""What scheduling finds in a city pack."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest
from django.utils import translation

from jinling.foundation.directory import public as directory
from jinling.foundation.directory.packs import check_pack
from jinling.foundation.directory.tests.packs import WRENPORT, Spoil, swap
from jinling.services.scheduling.rules.release_labels import label_of

CHA, POL, DEP = "channels.yaml", "release_policies.yaml", "departments.yaml"
SOME = (
    "departments: [{category: a, name: b, name_en: c, fee: 0, place: d, sex: female}]\n"
    "titles: [Physician]\n"
)  # fmt: skip
FAULTS: list[tuple[str, Spoil, str, str]] = [
    ("no channels", lambda f: (f / CHA).unlink(), CHA, "missing_file"),
    ("no policies", lambda f: (f / POL).unlink(), POL, "missing_file"),
    ("unknown kind", swap(CHA, "kind: phone", "kind: pigeon"), CHA, "channel_kind_unknown"),
    ("kind without route", swap(CHA, "kind: phone", "kind: online"), CHA, "kind_without_route"),
    ("departments for some alone", lambda f: (f / DEP).write_text(SOME, "utf-8"), DEP, "nobody_sees_all"),
    ("route twice", swap(CHA, "code: desk", "code: web"), CHA, "duplicate_code"),
    ("unknown policy owner", swap(POL, "organization: H2", "organization: H8"), POL, "organization_unknown"),
    ("two policies for one", swap(POL, "organization: H2", "organization: Wrenport General Hospital"), POL,
     "duplicate_policy"),
    ("window backwards", swap(POL, "public: [1, 3]", "public: [3, 1]"), POL, "bad_value"),
    ("window of three", swap(POL, "public: [1, 3]", "public: [1, 3, 5]"), POL, "bad_value"),
    ("label of three", swap(POL, "next week: [6, 10]", "next week: [6, 8, 10]"), POL, "bad_value"),
    ("window without label", swap(POL, "community: [6, 10]", "community: [6, 9]"), POL, "no_label"),
    ("half a row", swap(POL, "community: null, in_rel", "in_rel"), POL, "bad_value"),
    ("clock", swap(POL, '"06:00"', '"25:00"'), POL, "bad_form"),
    ("deadline where none can be", swap(POL, "allowed: true", "allowed: false"), POL, "bad_value"),
]  # fmt: skip


@pytest.fixture(autouse=True)
def _english() -> Iterator[None]:
    with translation.override("en"):
        yield


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    return Path(shutil.copytree(WRENPORT, tmp_path / "wrenport"))


@pytest.mark.parametrize(("spoil", "file", "code"), [f[1:] for f in FAULTS], ids=[f[0] for f in FAULTS])
def test_each_fault_is_found_with_file_and_remedy(folder: Path, spoil: Spoil, file: str, code: str) -> None:
    spoil(folder)
    problems = check_pack(directory.read_pack(folder))
    assert (file, code) in {(p.file, p.code) for p in problems}
    assert all(p.what and p.remedy and str(p).startswith(p.file) for p in problems)


@pytest.mark.parametrize(
    ("spoil", "file", "line"),
    [
        (swap(CHA, "kind: phone", "kind: pigeon"), CHA, 7),
        (swap(POL, "public: [1, 3]", "public: [3, 1]"), POL, 18),
        (swap(POL, "community: [6, 10]", "community: [6, 9]"), POL, 18),
        (swap(POL, "organization: H2", "organization: H8"), POL, 19),
    ],
)
def test_a_problem_names_its_line(folder: Path, spoil: Spoil, file: str, line: int) -> None:
    spoil(folder)
    found = [p.line for p in check_pack(directory.read_pack(folder)) if p.file == file]
    assert found == [line]


def test_a_shape_says_its_own_rules_in_the_language_of_the_reader(folder: Path) -> None:
    swap(POL, "public: [1, 3]", "public: [3, 1]")(folder)
    (english,) = check_pack(directory.read_pack(folder))
    assert english.what == "A window is [first day, last day], the first not after the last."
    with translation.override("zh-hans"):
        (chinese,) = check_pack(directory.read_pack(folder))
    assert chinese.what.isascii() is False


def test_institutions_that_cannot_be_read_are_not_told_for_their_policies(folder: Path) -> None:
    swap("organizations.yaml", "kind: branch", "kind: tent")(folder)
    assert [p.file for p in check_pack(directory.read_pack(folder))] == ["organizations.yaml"]


@pytest.fixture(scope="module")
def pack() -> directory.Pack:
    return directory.read_pack("nanjing")


@pytest.fixture(scope="module")
def tables(pack: directory.Pack) -> dict:
    return pack.section("reference/2018-05")["tables"]


def test_release_windows_print_as_in_the_table(pack: directory.Pack, tables: dict) -> None:
    data = pack.section("release_policies")
    labels = data["release_labels"]
    columns = [column for table in pack.section("bulletin")["tables"] for column in table["columns"]]
    categories = {w["code"]: w["name"] for c in columns if c.get("group") == "ownership" for w in c["words"]}
    owners = {o["code"]: categories[o["ownership"]] for o in pack.section("organizations")}
    rows = [
        [
            owners[pack.code_of(p["organization"])],
            pack.code_of(p["organization"]),
            label_of(p["public"], labels["public"]),
            label_of(p["community"], labels["community"]),
        ]
        for p in data["policies"]
        if p.get("in_release_table")
    ]
    assert rows == [[row[0], pack.code_of(row[1]), *row[2:]] for row in tables["schedule_release"]["rows"]]


def test_fourteen_hospitals_let_cancel_until_two_days_before(pack: directory.Pack) -> None:
    policies = pack.section("release_policies")["policies"]
    early = [p["organization"] for p in policies if p.get("cancellation", {}).get("days_before") == 2]
    assert len(early) == 14


def test_routes_of_the_route_table_in_its_order(pack: directory.Pack, tables: dict) -> None:
    routes = [r for r in pack.section("channels")["routes"] if r.get("in_route_table")]
    printed = [row[1] for row in tables["booking_by_route"]["rows"]]
    assert [r["name"] for r in routes if r["name"] in printed] == printed


def test_routes_fit_into_the_columns_of_the_booking_table(pack: directory.Pack, tables: dict) -> None:
    kinds = {r["name"]: r["kind"] for r in pack.section("channels")["routes"]}
    booked: dict[str, int] = {}
    for _no, route, count in tables["booking_by_route"]["rows"]:
        booked[kinds[route]] = booked.get(kinds[route], 0) + count
    columns = dict(
        zip(
            tables["booking_by_hospital"]["columns"][2:],
            zip(*(row[2:] for row in tables["booking_by_hospital"]["rows"]), strict=True),
            strict=True,
        )
    )
    assert all(booked[kind] <= sum(columns[kind]) for kind in booked)
    outside = {r["kind"] for r in pack.section("channels")["routes"] if not r.get("in_route_table")}
    assert outside == {k["code"] for k in pack.section("channels")["kinds"]}
