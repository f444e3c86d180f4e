"""Statistical returns from CSV and XLSX, and the daily counters."""

from __future__ import annotations

import openpyxl
import pytest

from jinling.data.collection import models as collection_models, public as collection
from jinling.data.collection.testing import BY, a_row, an_institution, as_csv
from jinling.data.collection.usecases import intake as collection_intake
from jinling.data.quality import queries
from jinling.data.quality.models import StatisticalReturn
from jinling.data.quality.rules import ReturnsUnreadable
from jinling.data.quality.usecases import Return, import_returns, keep_returns, take_back_returns
from jinling.foundation.directory import public as directory
from jinling.kernel.outcomes import Refused
from jinling.kernel.periods import Period

pytestmark = pytest.mark.django_db


def test_returns_are_imported_from_csv_and_replaced_by_a_later_file(tmp_path):
    one, other = an_institution(), an_institution()
    path = tmp_path / "returns.csv"
    path.write_text(f"institution,outpatient,discharge\n{one.code},1000,20\n{other.name},,30\n", encoding="utf-8")
    assert import_returns(by=BY, file=path, period="2018-05") == 3
    path.write_text(f"医院名称,门急诊人次\n{one.code},1100\n", encoding="gb18030")
    import_returns(by=BY, file=path, period="2018-05")
    assert queries.returns(Period("2018-05")) == {
        ("organization", one.pk, "outpatient"): (1100, None),
        ("organization", one.pk, "discharge"): (20, None),
        ("organization", other.pk, "discharge"): (30, None),
    }


def test_a_replay_never_takes_the_place_of_what_was_imported():
    one, other = an_institution(), an_institution()
    keep_returns(by=BY, period="2018-05", returns=[Return("outpatient", 777, organization=one.pk)], source="a.csv")
    told = [Return("outpatient", 5, organization=one.pk), Return("outpatient", 6, organization=other.pk)]
    assert keep_returns(by=BY, period="2018-05", returns=told, source="replay:2018-05") == 1
    assert sorted(queries.returns(Period("2018-05")).values()) == [(6, None), (777, None)]
    take_back_returns(by=BY, source="replay:2018-05")
    assert list(queries.returns(Period("2018-05")).values()) == [(777, None)]


def test_returns_are_imported_from_a_workbook(tmp_path):
    one = an_institution()
    book = openpyxl.Workbook()
    book.active.append(["institution", "outpatient", "discharge"])
    book.active.append([one.code, 5000, 70])
    book.save(tmp_path / "returns.xlsx")
    assert import_returns(by=BY, file=tmp_path / "returns.xlsx", period="2018-05") == 2


@pytest.mark.parametrize(
    "content", ["", "a,b\n1,2\n", "institution,outpatient\nnobody,5\n", "institution,outpatient\n", "institution\nX\n"]
)
def test_what_is_no_return_is_refused_and_nothing_is_kept(tmp_path, content):
    path = tmp_path / "returns.csv"
    path.write_text(content, encoding="utf-8")
    with pytest.raises(Refused):
        import_returns(by=BY, file=path, period="2018-05")
    assert StatisticalReturn.objects.count() == 0


def test_one_bad_cell_refuses_the_whole_file_and_says_where(tmp_path):
    one, other = an_institution(), an_institution()
    path = tmp_path / "returns.csv"
    path.write_text(f"institution,outpatient\n{one.code},5\n{other.code},-5\n", encoding="utf-8")
    with pytest.raises(ReturnsUnreadable) as refused:
        import_returns(by=BY, file=path, period="2018-05")
    assert refused.value.where == "returns.csv, row 3"
    assert StatisticalReturn.objects.count() == 0


def test_counters_by_day_and_rule(tmp_path):
    organization = an_institution()
    data_set = collection.catalogue().find("H_YL_MZ_MEDICAL_RECORD")
    rows = [a_row(data_set, 1, organization.code), a_row(data_set, 2, organization.code, SSY="5")]
    path = tmp_path / "visits.csv"
    path.write_bytes(as_csv(data_set.code, [*rows, rows[0]]))
    collection_intake.ingest(by=BY, file=path, data_set=data_set.code, organization=organization.code)
    today = collection_models.Submission.objects.get().received_on
    month = Period.month_of(today)
    (day,) = collection.daily(month, organization=organization.pk)
    assert (day.day, day.received, day.accepted, day.rejected, day.duplicates, day.files) == (today, 3, 1, 1, 1, 1)
    assert collection.rejected_by_rule(month) == {(data_set.code, "range", "SSY"): 1}
    told = queries.waterfall(month, organization.pk)
    assert {loss.kind: loss.name for loss in told.losses} == {
        "rule": f"{data_set.code} range:SSY",
        "table": data_set.code,
        "day": str(today),
    }
    assert told.rate.reason == "returns_missing"
    assert queries.links(organization.pk, data_set.code) == {"H_HIS_MZ_REG": (1, 1)}
    assert directory.get(organization.code).pk == organization.pk
