"""Spreadsheets of people: good rows get cards, bad rows a reason, bad files nothing."""

from __future__ import annotations

import io
import zipfile
from datetime import timedelta
from itertools import count

import openpyxl
import pytest
from django.utils import timezone

from jinling.foundation.directory import public as directory
from jinling.foundation.mpi import public as mpi
from jinling.foundation.mpi.models import Patient
from jinling.kernel.actor import Actor, system
from jinling.kernel.identifiers import resident_check_digit
from jinling.services.cards import public as cards
from jinling.services.cards.models import Batch, Card
from jinling.services.cards.rules import sheets as rules
from jinling.services.cards.sheets import read_sheet, template
from jinling.services.cards.usecases.batches import issue_from_sheet

pytestmark = pytest.mark.django_db
BY = system("test")
CLERK = Actor(kind="account", id="clerk", role="card_clerk")
_serial = count(1)
HEAD = ["姓名", "身份证号", "手机号", "监护人身份证号"]


def number(born: str = "19900101", order: int = 0) -> str:
    body = f"320106{born}{order or next(_serial):03}"
    return body + resident_check_digit(body)


def book(*rows, head=HEAD) -> bytes:
    made = openpyxl.Workbook()
    for row in (head, *rows):
        made.active.append(row)
    buffer = io.BytesIO()
    made.save(buffer)
    return buffer.getvalue()


@pytest.fixture
def issuer() -> int:
    return directory.register(
        by=BY, code="CB", name="Card office", name_en="Card office", kind="hospital", ownership="municipal"
    ).pk


def test_good_rows_get_cards_and_bad_rows_a_reason(issuer):
    child_born = (timezone.localdate() - timedelta(days=3000)).strftime("%Y%m%d")
    parent, held, taken = number(), number(), number()
    mpi.register(by=BY, person=mpi.NewPatient(name="王芳", identifiers=(mpi.Identifier("resident_id", parent),)))
    mpi.register(by=BY, person=mpi.NewPatient(name="王刚", identifiers=(mpi.Identifier("resident_id", taken),)))
    holder = mpi.register(by=BY, person=mpi.NewPatient(name="赵六", identifiers=(mpi.Identifier("resident_id", held),)))
    cards.issue(by=BY, issuer=issuer, card=cards.NewCard(holder))
    twice = number()
    content = book(
        ["张三", number(), 13800000001],
        ["张小三", number(child_born), None, parent],
        [None, None, None],
        ["李四", "320106199001011230"],
        ["李五", 320106199001011234567],
        ["", number()],
        ["李六", number(), "12345"],
        ["王五", taken],
        ["赵六", held],
        ["钱小一", number(child_born)],
        ["钱小二", number(child_born), "", number()],
        ["钱小三", number(child_born), "", "123"],
        ["孙一", twice],
        ["孙二", twice],
    )
    batch = Batch.objects.get(id=issue_from_sheet(by=CLERK, issuer=issuer, content=content, file_name="list.xlsx"))
    assert (batch.rows, batch.issued) == (13, 3)
    assert {(r["row"], r["column"], r["code"]) for r in batch.refused} == {
        (5, "number", "identifier_invalid"),
        (6, "number", "card_number_damaged"),
        (7, "name", "card_name_missing"),
        (8, "mobile", "identifier_invalid"),
        (9, "name", "name_differs"),
        (10, "number", "card_held_already"),
        (11, "guardian", "card_guardian_missing"),
        (12, "guardian", "card_guardian_unknown"),
        (13, "guardian", "identifier_invalid"),
        (15, "number", "identifier_twice"),
    }
    assert Patient.objects.count() == 3 + 2 + 1  # those before, the new holders, the first of two with one number
    kept = str(batch.refused)
    assert not any(secret in kept for secret in (held, taken, twice, "李六", "赵六"))
    made = Card.objects.filter(batch=f"sheet:{batch.pk}")
    assert sorted(made.values_list("kind", flat=True)) == ["child", "medical", "medical"]
    assert set(made.values_list("place", flat=True)) == {"batch"}


def test_the_same_file_again_is_the_same_batch(issuer):
    content = book(["张三", number()])
    first = issue_from_sheet(by=CLERK, issuer=issuer, content=content, file_name="a.xlsx")
    assert issue_from_sheet(by=CLERK, issuer=issuer, content=content, file_name="b.xlsx") == first
    assert Card.objects.count() == 1


def zipped(**parts: str) -> bytes:
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, text in parts.items():
            archive.writestr(name + ".xml", text)
    return buffer.getvalue()


@pytest.mark.parametrize(
    ("content", "refusal"),
    [
        (b"", rules.SheetUnreadable),
        (b"name,number\n", rules.ColumnsMissing),
        (b"name;id number\n", rules.SheetEmpty),
        (b"name,id number\n\n,\n", rules.SheetEmpty),
        (b"hello", rules.SheetUnreadable),
        (b"name,id number\nA\x00,1\n", rules.SheetUnreadable),
        (b'name,id number\n"open,1\n', rules.SheetUnreadable),
        (b"\xff\xff,\xff\n", rules.SheetUnreadable),
        (book(), rules.SheetEmpty),
        (b"PK\x03\x04broken", rules.SheetUnreadable),
        (zipped(a="<x/>"), rules.SheetUnreadable),
        (zipped(a='<?xml version="1.0"?><!DOCTYPE x [<!ENTITY a "b">]><x>&a;</x>'), rules.SheetUnreadable),
        (zipped(a=" " * (rules.MOST_UNPACKED + 1)), rules.SheetUnreadable),
        (b"0" * (rules.MOST_BYTES + 1), rules.SheetTooLarge),
        (book(head=["姓名", "电话"]), rules.ColumnsMissing),
        (book(head=[]), rules.ColumnsMissing),
    ],
)
def test_a_bad_file_is_refused_whole(issuer, content, refusal):
    with pytest.raises(refusal):
        issue_from_sheet(by=CLERK, issuer=issuer, content=content, file_name="x.xlsx")
    assert (Batch.objects.count(), Card.objects.count(), Patient.objects.count()) == (0, 0, 0)


def test_too_many_rows(monkeypatch):
    monkeypatch.setattr("jinling.services.cards.sheets.MOST_ROWS", 3)
    assert len(read_sheet(book(*(["张三", number()] for _ in range(3))))) == 3
    with pytest.raises(rules.SheetTooLarge):
        read_sheet(book(*(["张三", number()] for _ in range(4))))


@pytest.mark.parametrize("language", ["en", "zh-hans"])
def test_the_template_is_read_back(language):
    assert read_sheet(template(language=language)) == []


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "gb18030"])
@pytest.mark.parametrize("delimiter", [",", ";", "\t"])
def test_a_csv_file_is_a_list_too(issuer, encoding, delimiter):
    one, two = number(), number()
    rows = [HEAD[:3], ["张三", f'="{one}"', "13800000001"], ["李四", f"'{two}", ""], ["王五", "3.20106E+17", ""]]
    content = "\r\n".join(delimiter.join(row) for row in rows).encode(encoding)
    batch = Batch.objects.get(id=issue_from_sheet(by=CLERK, issuer=issuer, content=content, file_name="list.csv"))
    assert (batch.rows, batch.issued) == (3, 2)
    assert [(item["row"], item["column"], item["fields"]["reason"]) for item in batch.refused] == [
        (4, "number", "damaged")
    ]
    assert mpi.find(system="resident_id", value=one) and mpi.find(system="resident_id", value=two)


def test_formulas_are_not_believed():
    row = read_sheet(book(["=1+1", number(order=7)]))[0]
    assert row.values["name"] == ""
