"""Pages of quality: who comes in, what the centre sees down to a file's rules, what is refused, who is told."""

from __future__ import annotations

import io
import json
from datetime import date, timedelta
from uuid import uuid4

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from jinling.data.collection import models as collection_models, public as collection
from jinling.data.collection.testing import BY, a_row, an_institution, as_csv
from jinling.data.collection.usecases import intake as collection_intake
from jinling.data.quality import alerting, jobs, overview, queries
from jinling.data.quality.models import StatisticalReturn
from jinling.data.quality.usecases import Return, keep_returns
from jinling.foundation.access import public as access
from jinling.foundation.access.usecases import accounts as access_accounts
from jinling.foundation.messaging.models import Message
from jinling.kernel.periods import Period
from jinling.web.testing import pinned_queries

pytestmark = pytest.mark.django_db
CODE = "H_YL_MZ_MEDICAL_RECORD"
PASSWORD = "a long enough pass phrase 9"
MONTH = "?month=2018-05"


@pytest.fixture(autouse=True)
def _no_second_factor(settings):
    settings.JINLING_SECOND_FACTOR = "optional"


def account(organization: str = "", name: str = "it", role: str = "hospital_it"):
    return access.add_account(by=BY, username=name, password=PASSWORD, roles=[role], organization=organization)


def signed_in(who) -> Client:
    client = Client(HTTP_ACCEPT_LANGUAGE="en")
    client.force_login(who, backend="django.contrib.auth.backends.ModelBackend")
    return client


@pytest.fixture
def statistician() -> Client:
    return signed_in(account(name="statistician", role="statistician"))


@pytest.fixture
def hospital():
    return an_institution()


def send(organization, numbers, day: date = date(2018, 5, 3), *, by=BY, name="visits.csv", **cells: str):
    """Rows of visits received on a day."""
    rows = [a_row(collection.catalogue().find(CODE), number, organization.code, **cells) for number in numbers]
    one, _repeated = collection.receive(
        by=by,
        stream=io.BytesIO(as_csv(CODE, rows)),
        file_name=name,
        data_set=CODE,
        organization=organization.code,
        channel="page",
        received_on=day,
    )
    collection_intake.process(by=by, submission=one.pk)
    return one


def takes_part(organization, way: str = "declared", codes=(CODE,)) -> None:
    collection.declare(
        by=BY,
        organization=organization.code,
        required_of="hospital",
        way=way,
        data_sets=codes,
        from_on=date(2018, 5, 1),
    )


def returned(organization, value: int, measure: str = "outpatient", period: str = "2018-05") -> None:
    keep_returns(
        by=BY, period=period, returns=[Return(measure, value, organization=organization.pk)], source="returns.csv"
    )


def text(answer) -> str:
    assert answer.status_code == 200, answer.status_code
    return answer.content.decode()


def test_the_city_s_month_is_shown(statistician, hospital):
    assert "No row was rejected" in text(statistician.get(reverse("quality:city")))
    takes_part(hospital)
    takes_part(an_institution(), "not_reported", ())
    send(hospital, range(5))
    send(hospital, [90], SSY="12", name="bad.csv")
    page = text(statistician.get(reverse("quality:city")))  # the month is found by itself
    assert "<option selected>2018-05" in page
    assert "83.33 %" in page and "Out of range" in page
    assert "<svg" in page and "nothing sent" in page
    assert "style=" not in page


def test_the_league_table_gives_every_missing_value_its_reason(statistician, hospital):
    silent, opened, generous, few = (an_institution() for _ in range(4))
    takes_part(hospital)
    takes_part(silent, "not_reported", ())
    takes_part(opened, "database_opened", ())
    takes_part(generous)
    takes_part(few)
    send(hospital, range(5))
    send(generous, range(5), name="g.csv")
    send(few, range(12), name="f.csv")
    returned(hospital, 10)
    returned(generous, 4)
    returned(few, 2)
    statistician.get(reverse("quality:league"))  # the session notes that it is in use
    with pinned_queries(11):
        page = text(statistician.get(reverse("quality:league") + MONTH))
    assert "50.00 %" in page
    assert "125.00 %" in page and "above 100 %" in page and "Visits may be sent twice" in page
    for reason in (
        "no declaration received",
        "opened database",
        "no statistical return",
        "statistical return too small",
        "nothing sent",
    ):
        assert reason in page
    for sort in ("rows", "valid", "rate", "tables", "days", "open", "wrong"):
        ordered = text(statistician.get(reverse("quality:league") + f"{MONTH}&sort={sort}&of=hospital"))
        assert ordered.index(hospital.name) < ordered.index(silent.name)  # who sent nothing stands last
    assert "No institution takes part" in text(statistician.get(reverse("quality:league") + "?of=district"))


def test_from_the_institution_down_to_the_file_s_rules(statistician, hospital):
    takes_part(hospital, codes=(CODE, "H_HIS_MZ_REG"))
    send(hospital, range(5))
    bad = send(hospital, [90, 91], date(2018, 5, 4), SSY="12", name="bad.csv")
    returned(hospital, 10)
    page = text(statistician.get(reverse("quality:institution", args=[hospital.code]) + MONTH))
    assert "What cost most" in page and "Out of range" in page
    assert "Fri 4 May 2018" in page and "71.43 %" in page
    assert "Visits returned" in page and "50.00 %" in page
    assert "no month before" in page
    address = reverse("quality:data_set", args=[hospital.code, CODE])
    page = text(statistician.get(address + MONTH))
    assert "bad.csv" in page and "28.57 %" in page and "Naming nothing stored" not in page
    page = text(statistician.get(address + MONTH + "&links=1"))
    assert "Naming nothing stored" in page and "H_HIS_MZ_REG" in page
    page = text(statistician.get(reverse("quality:file", args=[hospital.code, bad.pk])))
    assert "Out of range" in page and "a program" in page
    other = an_institution()
    assert statistician.get(reverse("quality:file", args=[other.code, bad.pk])).status_code == 404
    assert statistician.get(reverse("quality:file", args=[hospital.code, uuid4()])).status_code == 404
    assert statistician.get(reverse("quality:institution", args=["NOBODY"])).status_code == 404
    assert statistician.get(reverse("quality:data_set", args=[hospital.code, "H_NOTHING"])).status_code == 404


def test_the_files_of_a_table_are_paged_latest_first(statistician, hospital, monkeypatch):
    monkeypatch.setattr("jinling.data.quality.pages.institution.PAGE", 2)
    for number in range(3):
        send(hospital, [number], name=f"sent{number}.csv")
    send(hospital, [9], date(2018, 6, 1), name="june.csv")
    address = reverse("quality:data_set", args=[hospital.code, CODE]) + MONTH
    first, second = text(statistician.get(address)), text(statistician.get(address + "&page=2"))
    assert first.index("sent2.csv") < first.index("sent1.csv") and "sent0.csv" not in first
    assert "sent0.csv" in second and "sent1.csv" not in second
    assert "june.csv" not in first + second


def test_the_waterfall_says_why_tables_are_not_counted(statistician, hospital):
    address = reverse("quality:institution", args=[hospital.code]) + MONTH
    takes_part(hospital, "not_reported", ())
    assert text(statistician.get(address)).count("no declaration received") == 2  # in the lead and in the bar
    takes_part(hospital, "database_opened", ())
    assert text(statistician.get(address)).count("opened database") == 3
    takes_part(hospital)
    assert "84 fewer" in text(statistician.get(address))


def test_a_refused_file_is_told_to_the_centre(statistician, hospital):
    one, _repeated = collection.receive(
        by=BY,
        stream=io.BytesIO(b"%PDF-1.7"),
        file_name="x.pdf",
        data_set=CODE,
        organization=hospital.code,
        channel="page",
        received_on=date(2018, 5, 3),
    )
    with pytest.raises(Exception, match="CSV"):
        collection_intake.process(by=BY, submission=one.pk)
    assert "Export the table as CSV" in text(statistician.get(reverse("quality:file", args=[hospital.code, one.pk])))
    page = text(statistician.get(reverse("quality:data_set", args=[hospital.code, CODE]) + MONTH))
    assert "not taken in" in page


def test_a_month_far_from_history_stands_out(statistician, hospital):
    takes_part(hospital)
    for number, (month, rows) in enumerate([(1, 10), (2, 11), (3, 10), (4, 11), (5, 60)]):
        numbers = range(number * 100, number * 100 + rows)
        send(hospital, numbers, date(2018, 5, 3), JZKSRQ=f"2018{month:02}02", name=f"{month}.csv")
    ((code, data_set, rows, score),) = queries.outliers(Period("2018-05"))
    assert (code, data_set, rows) == (hospital.code, CODE, 60) and score > 3.5
    assert queries.trends(Period("2018-05"), hospital.pk)[CODE] == pytest.approx(445.5, abs=0.1)
    assert queries.outliers(Period("2018-04")) == []
    assert f"{score:+.1f}" in text(statistician.get(reverse("quality:city") + MONTH))
    address = reverse("quality:institution", args=[hospital.code]) + MONTH
    assert "unusual" in text(statistician.get(address))
    collection_models.Part.objects.filter(period__in=["2018-01", "2018-02"]).delete()
    page = text(statistician.get(address))
    assert "+445.5 %" in page and "unusual" not in page  # two months are no history
    collection_models.Part.objects.filter(period="2018-04").delete()
    assert queries.trends(Period("2018-05"), hospital.pk) == {CODE: None}


def test_silent_senders_are_listed_with_who_is_told(statistician, hospital):
    never, today = an_institution(), an_institution()
    for one in (hospital, never, today):
        takes_part(one)
    send(hospital, [1])
    send(today, [1], timezone.localdate())
    account(hospital.code)
    page = text(statistician.get(reverse("quality:lagging")))
    assert "Thu 3 May 2018" in page and "1 accounts" in page
    assert "never sent" in page and "no account" in page
    assert today.name not in page
    assert queries.lagging(Period("2018-05"), on=date(2018, 5, 31)) == [
        (never.code, 30),
        (today.code, 30),
        (hospital.code, 28),
    ]


def test_owners_are_told_once_a_day_and_cause(hospital):
    takes_part(hospital)
    owner, colleague = account(hospital.code), account(hospital.code, "colleague")
    account(an_institution().code, "elsewhere")
    gone = account(hospital.code, "gone")
    access_accounts.close_account(by=BY, account=gone)
    now = timezone.now()
    send(hospital, [1, 2], date(2018, 5, 3), SSY="12")
    assert alerting.alert(by=BY, now=now) == 2  # two accounts, one cause: the rows are too young
    later = now + timedelta(days=8)
    assert alerting.alert(by=BY, now=later) == 4
    assert alerting.alert(by=BY, now=later) == 4
    keys = sorted(Message.objects.values_list("dedupe_key", flat=True))
    assert len(keys) == 6
    assert {key.split("/")[2] for key in keys} == {str(owner.pk), str(colleague.pk)}
    collection_models.Rejection.objects.update(owner=str(owner.pk))
    assert alerting.alert(by=BY, now=later + timedelta(days=1)) == 3  # the rows are one account's own work now
    jobs.JOBS[0].run(now)


def test_nobody_is_told_when_all_is_well(hospital):
    takes_part(hospital)
    account(hospital.code)
    send(hospital, [1], timezone.localdate())
    assert alerting.alert(by=BY, now=timezone.now()) == 0
    assert not Message.objects.exists()


def test_deployments_are_counted_by_signs_of_life(statistician, hospital, client):
    takes_part(hospital)
    assert "not deployed" in text(statistician.get(reverse("quality:deployments")))
    _row, key = access.add_client(by=BY, code="his", name="HIS", role="hospital_client", organization=hospital.code)
    headers = {"Authorization": f"Bearer {key}"}

    def beat(*names: str, kind: str = "browser"):
        body = {"heartbeats": [{"kind": kind, "workstation": name} for name in names]}
        return client.post("/api/v1/collection/heartbeats", json.dumps(body), "application/json", headers=headers)

    assert beat("OPD-1", "OPD-2").json() == {"noted": 2}
    assert beat("OPD-1").json() == {"noted": 1}
    assert beat("OPD-1", kind="hint").json() == {"noted": 1}
    for refused in (beat(), beat("with blank"), beat("320106199001011230"), beat("A", kind="radio"), beat("A" * 65)):
        assert refused.status_code == 422
    assert collection_models.Deployment.objects.count() == 3
    assert set(collection_models.Deployment.objects.values_list("organization", flat=True)) == {hospital.pk}
    month = Period.month_of(timezone.localdate())
    (found,) = overview.deployments(month, now=timezone.now() + timedelta(days=2))
    assert (found.counts, found.silent) == ({"browser": 2, "hint": 1}, 3)
    page = text(statistician.get(reverse("quality:deployments") + f"?month={month}"))
    assert hospital.name in page
    assert "not deployed" in text(statistician.get(reverse("quality:deployments") + "?month=2017-01"))


def a_csv(content: str, name: str = "returns.csv") -> SimpleUploadedFile:
    return SimpleUploadedFile(name, content.encode())


def test_returns_are_imported_by_page(statistician, hospital):
    address = reverse("quality:returns")
    assert "No returns were imported" in text(statistician.get(address))
    file = a_csv(f"institution,outpatient,discharge\n{hospital.code},100,5\n")
    answer = statistician.post(address, {"period": "2018-05", "file": file}, follow=True)
    assert "2 returns are kept" in text(answer) and "2018-05" in text(answer)
    assert StatisticalReturn.objects.filter(source="returns.csv").count() == 2


@pytest.mark.parametrize(
    ("period", "name", "content", "told"),
    [
        ("2018-05", "returns.csv", "institution,outpatient\nNobody,5\n", "Nobody"),
        ("2018-05", "returns.csv", "institution,outpatient\nT,x\n", ""),
        ("2018-05", "returns.pdf", "institution,outpatient\n", "neither CSV nor XLSX"),
        ("2018-05", "returns.csv", "a,b\n1,2\n", "returns.csv"),
        ("2018", "returns.csv", "institution,outpatient\n", "is not a month"),
        ("May 18", "returns.csv", "institution,outpatient\n", "is not a period"),
        ("", "returns.csv", "institution,outpatient\n", "required"),
    ],
)
def test_a_bad_file_of_returns_is_refused_whole(statistician, period, name, content, told):
    answer = statistician.post(reverse("quality:returns"), {"period": period, "file": a_csv(content, name)})
    assert answer.status_code == 422
    assert told in answer.content.decode()
    assert not StatisticalReturn.objects.exists()


def test_a_file_of_returns_that_is_too_large_is_refused(statistician, settings):
    settings.UPLOAD_LIMIT_OF_RETURNS = 5
    answer = statistician.post(reverse("quality:returns"), {"period": "2018-05", "file": a_csv("institution,x\n")})
    assert answer.status_code == 422 and "at most 0 MB" in answer.content.decode()
    assert not StatisticalReturn.objects.exists()


def test_a_hospital_compares_itself_with_its_returns(hospital):
    staff, address = signed_in(account(hospital.code)), reverse("quality:compare")
    assert "Nothing was sent" in text(staff.get(address))
    send(hospital, range(6))
    other = an_institution()
    returned(other, 7777)
    page = text(staff.get(address))
    assert page.count("no statistical return") > 2 and "7,777" not in page
    returned(hospital, 5)
    returned(hospital, 50, "discharge")
    page = text(staff.get(address))
    assert "120.00 %" in page and "above 100 %" in page and "0.00 %" in page


def test_a_district_s_institution_is_held_against_the_district_s_return(city):
    from jinling.foundation.directory import public as directory

    centre = directory.organizations(kind="community_health_centre").exclude(district=None).first()
    collection.declare(
        by=BY, organization=centre.code, required_of="district", way="declared", data_sets=(), from_on=date(2018, 5, 1)
    )
    keep_returns(
        by=BY, period="2018-05", returns=[Return("outpatient", 100, district=centre.district_id)], source="r.csv"
    )
    assert [
        stage.count for stage in queries.waterfall(Period("2018-05"), centre.pk).stages if stage.name == "returned"
    ] == [100]
    statistician = signed_in(account(name="statistician", role="statistician"))
    page = text(statistician.get(reverse("quality:league") + MONTH + "&of=district"))
    assert f"{centre.district.name}: {centre.name}" in page
    (standing,) = overview.standings(Period("2018-05"), "district")
    assert standing.outpatient.value == 0.0
    first, _second = overview.compared(centre, required_of="district")
    assert (first.returned, first.sent) == (100, 0)


def test_each_role_comes_in_where_it_should(hospital):
    staff = signed_in(account(hospital.code))
    nowhere = signed_in(account("", "nowhere"))
    regulator = signed_in(account("", "regulator", "regulator"))
    operator = signed_in(account("", "operator", "centre_operator"))
    for name in ("city", "league", "lagging", "deployments"):
        assert Client().get(reverse(f"quality:{name}")).status_code == 302
        assert staff.get(reverse(f"quality:{name}")).status_code == 403
        assert regulator.get(reverse(f"quality:{name}")).status_code == 200
        assert operator.get(reverse(f"quality:{name}")).status_code == 200
    for name, args in (("institution", [hospital.code]), ("data_set", [hospital.code, CODE])):
        assert staff.get(reverse(f"quality:{name}", args=args)).status_code == 403
    assert staff.get(reverse("quality:returns")).status_code == 403
    assert regulator.get(reverse("quality:returns")).status_code == 403
    assert operator.get(reverse("quality:compare")).status_code == 403
    assert nowhere.get(reverse("quality:compare")).status_code == 404


def test_months_that_are_no_months_fall_back(statistician, hospital):
    send(hospital, [1])
    for month in ("nonsense", "2018", "2018-05-03", "2018-13"):
        assert "<option selected>2018-05" in text(statistician.get(reverse("quality:city") + f"?month={month}"))
