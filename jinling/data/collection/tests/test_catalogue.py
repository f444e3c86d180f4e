"""The catalogue: no data set is a stub, and the forms made from it."""

import csv
import io
import json
import shutil
from dataclasses import replace
from datetime import date
from pathlib import Path

import openpyxl
import pytest
from django.core.management import call_command

from jinling.data.collection.catalogue import templates
from jinling.data.collection.catalogue.checking import column_rules, problems
from jinling.data.collection.catalogue.reading import HERE, Catalogue, CatalogueBroken, catalogue
from jinling.data.collection.rules import DataSetUnknown
from jinling.data.collection.wordings import GROUPS
from jinling.engine.spec import Format, Reference, Rule


def test_every_data_set_is_owed_by_a_hospital_or_a_district():
    owed = [one.code for kind in ("hospital", "district") for one in catalogue().required_of(kind)]
    assert owed and sorted(owed) == sorted(catalogue().data_sets)


def test_every_table_is_listed_for_somebody():
    written = {path.stem for path in (HERE / "tables").glob("*.yaml")}
    listed = {one.code[2:].lower() for one in catalogue().data_sets.values()}
    assert written == listed, "list these in hospital.yaml or district.yaml of the catalogue, or write them in tables"


def test_a_new_data_set_is_required_from_its_month_on(tmp_path):
    folder = Path(shutil.copytree(HERE, tmp_path / "catalogue"))
    listed = folder / "hospital.yaml"
    listed.write_text(listed.read_text().replace("- HIS_MZ_REG ", "- HIS_MZ_REG: 2026-12 "))
    of_all_times = [one.code for one in catalogue(folder).required_of("hospital")]
    before, after = (
        [one.code for one in catalogue(folder).required_of("hospital", on=day)]
        for day in (date(2026, 11, 30), date(2026, 12, 1))
    )
    assert after == of_all_times == [one.code for one in catalogue().required_of("hospital")]
    assert before == [code for code in after if code != "H_HIS_MZ_REG"]


@pytest.mark.parametrize("entry", ["HIS_MZ_REG: soon", "HIS_MZ_REG: 2026", "HIS_MZ_REG: [2026-12]", "[HIS_MZ_REG]"])
def test_an_entry_of_a_list_that_cannot_be_read_is_named(tmp_path, entry):
    folder = Path(shutil.copytree(HERE, tmp_path / "catalogue"))
    listed = folder / "hospital.yaml"
    listed.write_text(listed.read_text().replace("- HIS_MZ_REG ", f"- {entry} "))
    with pytest.raises(CatalogueBroken, match=r"hospital\.yaml: .*HIS_MZ_REG.*NAME: 2026-12"):
        catalogue(folder)


def test_every_group_is_named_in_words():
    groups = {one.group for one in catalogue().data_sets.values()}
    assert groups - set(GROUPS) == set(), "name these in GROUPS of collection/wordings.py"


def test_the_catalogue_agrees_with_itself():
    assert list(problems(catalogue())) == []


@pytest.mark.parametrize("data_set", catalogue().data_sets.values(), ids=lambda one: one.code)
def test_no_data_set_is_a_stub(data_set):
    assert len(data_set.columns) >= 6
    assert column_rules(data_set) >= 5
    assert len([column for column in data_set.columns if column.required]) >= 4
    # A row is known by more than its sender, and belongs to a day.
    assert set(data_set.key) - {data_set.institution}
    assert data_set.by_name[data_set.event_date].format.kind in ("day", "instant")
    assert any(column.values or column.pattern or column.check or column.low is not None for column in data_set.columns)
    # It is held against itself or against another table.
    assert data_set.rules or data_set.references
    assert data_set.source and data_set.title and data_set.group


def test_columns_bear_the_national_data_elements():
    columns = [column for data_set in catalogue().data_sets.values() for column in data_set.columns]
    assert sum(bool(column.element) for column in columns) > len(columns) // 4
    assert sum(bool(column.values) for column in columns) > 500


def test_a_table_that_both_send_is_one_column_list():
    both = catalogue()
    assert both.find("H_LIS_REPORT").columns == both.find("D_LIS_REPORT").columns
    assert both.find("D_LIS_INDICATORS").references[0].to == "D_LIS_REPORT"
    assert both.find("H_LIS_INDICATORS").references[0].to == "H_LIS_REPORT"


def test_an_unknown_code_is_refused_by_name():
    with pytest.raises(DataSetUnknown) as refused:
        catalogue().find("H_LIS_REPROT")
    assert "H_LIS_REPROT" in str(refused.value)
    assert "H_LIS_REPORT" in refused.value.mend_message()


@pytest.mark.parametrize(
    "written,kind,length,decimals",
    [
        ("AN..22", "text", 22, 0),
        ("AN18", "text", 18, 0),
        ("N..12,2", "number", 12, 2),
        ("D8", "day", 8, 0),
        ("DT15", "instant", 15, 0),
    ],
)
def test_formats_read_and_write_themselves(written, kind, length, decimals):
    form = Format.parse(written)
    assert (form.kind, form.length, form.decimals) == (kind, length, decimals)
    assert str(form) == written


@pytest.mark.parametrize("written", ["", "AN", "X..3", "N..2,2", "N..31", "D9", "AN..0", "AN..5,2"])
def test_what_is_no_format_is_refused(written):
    with pytest.raises(ValueError):
        Format.parse(written)


def broken(**change):
    """The catalogue with one data set changed."""
    whole = catalogue()
    one = replace(whole.find("H_LIS_REPORT"), **change)
    return Catalogue({**whole.data_sets, one.code: one}, whole.value_sets)


@pytest.mark.parametrize(
    "change,said",
    [
        ({"key": ("YLJGDM", "NOWHERE")}, "NOWHERE is named but is no column"),
        ({"event_date": "BRXM"}, "is no date"),
        ({"key": ("BGDH",)}, "the institution is not part of the key"),
        ({"rules": (Rule("order", ("BRXM", "BGRQ")),)}, "BRXM is no date"),
        ({"rules": (Rule("greater", ("BRNL",)),)}, "takes 2 to 2 columns"),
        ({"rules": (Rule("identity", ("BRXB", "KH")),)}, "says not when"),
        ({"references": (Reference(("KH",), "H_NOWHERE", ("KH",)),)}, "which is not there"),
        ({"title": ""}, "a heading is empty"),
    ],
)
def test_each_contradiction_is_named(change, said):
    found = list(problems(broken(**change)))
    assert any(said in problem and problem.startswith("H_LIS_REPORT: ") for problem in found), found


def test_show_json_lists_code_title_and_required_of(capsys):
    call_command("catalogue", "show", "--json")
    listed = json.loads(capsys.readouterr().out)
    assert {one["code"]: one["required_of"] for one in listed} == {
        code: one.required_of for code, one in catalogue().data_sets.items()
    }
    assert len({one["code"] for one in listed}) == len(listed)
    assert all(one["title"] for one in listed)


def test_the_csv_form_has_chinese_headings_a_spreadsheet_reads(tmp_path):
    path = tmp_path / "form.csv"
    call_command("catalogue", "template", "H_LIS_REPORT", "-o", str(path))
    raw = path.read_bytes()
    assert raw.startswith(b"\xef\xbb\xbf")
    assert next(csv.reader(io.StringIO(raw.decode("utf-8-sig")))) == templates.headings(
        catalogue().find("H_LIS_REPORT")
    )


@pytest.mark.parametrize("kind", ["csv", "xlsx"])
def test_a_form_is_refused_where_it_cannot_be_written(tmp_path, capsys, kind):
    place = tmp_path / "nowhere" / "form"
    with pytest.raises(SystemExit) as ended:
        call_command("catalogue", "template", "H_LIS_REPORT", "--format", kind, "-o", str(place), prepare=False)
    assert ended.value.code == 1 and str(place) in capsys.readouterr().err
    assert not place.parent.exists()


def test_the_xlsx_form_keeps_cells_as_text(tmp_path):
    path = tmp_path / "form.xlsx"
    call_command("catalogue", "template", "H_LIS_REPORT", "--format", "xlsx", "--output", str(path))
    book = openpyxl.load_workbook(path)
    first = book.worksheets[0]
    assert [cell.value for cell in first[1]] == templates.headings(catalogue().find("H_LIS_REPORT"))
    assert first.column_dimensions["B"].number_format == "@" or first["B1"].number_format == "@"
    assert book.worksheets[1].max_row == len(catalogue().find("H_LIS_REPORT").columns) + 1


def test_headings_are_never_ambiguous():
    for data_set in catalogue().data_sets.values():
        names = templates.headings(data_set)
        assert len(set(names)) == len(names), data_set.code


def test_the_manual_names_key_rules_and_links():
    page = templates.manual_page(catalogue().find("H_LIS_INDICATORS"))
    assert "Business key: YLJGDM, JYZBLSH, BGRQ" in page
    assert "H_LIS_REPORT" in page
