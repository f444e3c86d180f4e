"""The hospital's pages: who comes in, what is shown, what is done, what is refused."""

from __future__ import annotations

import io
import re
from datetime import timedelta
from pathlib import Path
from uuid import uuid4

import openpyxl
import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.urls import reverse
from django.utils import timezone

import jinling
from jinling.data.collection import jobs, public as collection
from jinling.data.collection.models import Declaration, Participation, Rejection, Submission
from jinling.data.collection.testing import BY, a_row, an_institution, as_csv
from jinling.data.collection.usecases import intake
from jinling.foundation.access import public as access
from jinling.foundation.audit import public as audit
from jinling.web.testing import pinned_queries

pytestmark = pytest.mark.django_db
CODE = "H_YL_MZ_MEDICAL_RECORD"
PASSWORD = "a long enough pass phrase 9"


@pytest.fixture(autouse=True)
def _no_second_factor(settings):
    settings.JINLING_SECOND_FACTOR = "optional"


@pytest.fixture
def hospital():
    return an_institution()


def account(organization: str, name: str = "it", role: str = "hospital_it"):
    return access.add_account(by=BY, username=name, password=PASSWORD, roles=[role], organization=organization)


def signed_in(who) -> Client:
    client = Client(HTTP_ACCEPT_LANGUAGE="en")
    client.force_login(who, backend="django.contrib.auth.backends.ModelBackend")
    return client


@pytest.fixture
def staff(hospital) -> Client:
    return signed_in(account(hospital.code))


@pytest.fixture
def stranger() -> Client:
    return signed_in(account(an_institution().code, "other"))


def row(hospital, number: int, **cells: str) -> dict[str, str]:
    return a_row(collection.catalogue().find(CODE), number, hospital.code, **cells)


def a_file(*rows: dict[str, str], name: str = "visits.csv") -> SimpleUploadedFile:
    return SimpleUploadedFile(name, as_csv(CODE, rows))


def sent(staff: Client, *rows: dict[str, str], name: str = "visits.csv") -> Submission:
    answer = staff.post(reverse("collection:upload"), {"data_set": CODE, "file": a_file(*rows, name=name)})
    assert answer.status_code == 302
    work()
    return Submission.objects.get(pk=answer["Location"].rstrip("/").rpartition("/")[2])


def work() -> None:
    next(job for job in jobs.JOBS if job.name == "collection.process").run(timezone.now())


def text(answer) -> str:
    return answer.content.decode()


def test_the_second_bar_counts_rows_that_were_checked(staff, hospital, monkeypatch):
    monkeypatch.setattr(intake, "TELL_SECONDS", 0)
    seen: list[str] = []

    def look(of):
        def first(*given, **named):
            one = Submission.objects.get()
            seen.append(
                text(staff.get(reverse("collection:submission", args=[one.pk]), headers={"HX-Request": "true"}))
            )
            return of(*given, **named)

        return first

    monkeypatch.setattr(intake, "_check", look(intake._check))
    monkeypatch.setattr(intake, "_store", look(intake._store))
    staff.post(reverse("collection:upload"), {"data_set": CODE, "file": a_file(*(row(hospital, n) for n in range(7)))})
    work()
    assert "0 / 7" in seen[0] and 'value="0" max="7"' in seen[0]
    assert "7 / 7" in seen[1] and 'value="7" max="7"' in seen[1]
    assert Submission.objects.get().rows_checked == 7


def test_a_file_is_sent_watched_and_told(staff, hospital):
    assert CODE in text(staff.get(reverse("collection:upload") + f"?data_set={CODE}"))
    answer = staff.post(
        reverse("collection:upload"), {"data_set": CODE, "file": a_file(row(hospital, 1), row(hospital, 2, SSY="12"))}
    )
    one = Submission.objects.get()
    assert answer["Location"] == reverse("collection:submission", args=[one.pk])
    assert one.channel == "page"
    waiting = staff.get(answer["Location"], headers={"HX-Request": "true"})
    assert "<html" not in text(waiting)
    assert "2. Rows checked" in text(waiting) and "not read yet" in text(waiting) and waiting.status_code == 200
    assert 'hx-trigger="every 2s"' in text(staff.get(answer["Location"]))
    work()
    assert staff.get(answer["Location"], headers={"HX-Request": "true"}).status_code == 286
    done = text(staff.get(answer["Location"]))
    assert "every 2s" not in done
    assert "Out of range" in done and "(SSY)" in done
    again = staff.post(
        reverse("collection:upload"), {"data_set": CODE, "file": a_file(row(hospital, 1), row(hospital, 2, SSY="12"))}
    )
    assert "came before" in text(staff.get(again["Location"]))
    assert Submission.objects.count() == 1


@pytest.mark.parametrize(
    ("data_set", "with_file", "told"),
    [
        ("", True, "Choose a data set"),
        ("H_NOTHING", True, "Choose a data set"),
        ("D_CHSS_GRJKDA", True, "Choose a data set"),
        (CODE, False, "Choose a file"),
    ],
)
def test_an_incomplete_form_is_told_and_nothing_is_kept(staff, hospital, data_set, with_file, told):
    fields = {"data_set": data_set} | ({"file": a_file(row(hospital, 1))} if with_file else {})
    answer = staff.post(reverse("collection:upload"), fields)
    assert answer.status_code == 422 and told in text(answer)
    assert not Submission.objects.exists()


def test_a_file_that_is_too_large_is_refused_at_once(staff, hospital, settings):
    settings.JINLING_UPLOAD_LIMIT = 10
    answer = staff.post(reverse("collection:upload"), {"data_set": CODE, "file": a_file(row(hospital, 1))})
    assert answer.status_code == 422 and "more than 10 bytes" in text(answer)
    assert not Submission.objects.exists()


def test_a_page_carries_less_than_a_file_may_have_and_says_how_the_rest_comes(staff, hospital, settings):
    settings.JINLING_UPLOAD_LIMIT = 7 << 30
    shown = text(staff.get(reverse("collection:upload"))).replace("\xa0", " ")
    assert "at most 2.0 GB" in shown and "up to 7.0 GB" in shown
    for limit, told in ((1 << 30, "at most 1.0 GB"), (2 << 30, "at most 2.0 GB")):
        settings.JINLING_UPLOAD_LIMIT = limit
        shown = text(staff.get(reverse("collection:upload"))).replace("\xa0", " ")
        assert told in shown and f'data-most="{limit}"' in shown and "Larger files are not taken" in shown
    settings.JINLING_UPLOAD_LIMIT = 7 << 30
    settings.UPLOAD_LIMIT_OF_ONE_REQUEST = 10
    answer = staff.post(reverse("collection:upload"), {"data_set": CODE, "file": a_file(row(hospital, 1))})
    assert answer.status_code == 422 and "at most 10 bytes" in text(answer) and "in pieces" in text(answer)
    assert not Submission.objects.exists()


def test_what_stands_in_front_lets_one_request_through_and_no_more(settings):
    nginx = (Path(jinling.__file__).parent.parent / "deploy" / "nginx.conf").read_text(encoding="utf-8")
    (most,) = re.findall(r"client_max_body_size (\d+)m;", nginx)
    assert int(most) == (settings.UPLOAD_LIMIT_OF_ONE_REQUEST >> 20) + 1


@pytest.mark.parametrize("page", ["reference/settings.md", "how-to/upload-data.md"])
def test_what_is_written_of_the_limits_is_what_holds(page, settings):
    written = (Path(jinling.__file__).parent.parent / "docs" / page).read_text(encoding="utf-8")
    assert f"`UPLOAD_LIMIT_OF_ONE_REQUEST`, {settings.UPLOAD_LIMIT_OF_ONE_REQUEST >> 30} GiB" in written
    assert f"| `JINLING_UPLOAD_LIMIT` | `{settings.JINLING_UPLOAD_LIMIT >> 30}` |" in written or "how-to" in page


def test_a_refused_file_says_what_where_and_how_to_mend(staff, hospital):
    answer = staff.post(
        reverse("collection:upload"), {"data_set": CODE, "file": SimpleUploadedFile("x.csv", b"%PDF-1.7")}
    )
    work()
    page = text(staff.get(answer["Location"]))
    assert "nothing of it is stored" in page
    assert "x.csv" in page and "Export the table as CSV" in page
    assert "not taken in" in text(staff.get(reverse("collection:submissions")))


def test_rejected_rows_are_shown_masked_downloaded_repaired_and_sent_back(staff, hospital):
    one = sent(
        staff,
        row(hospital, 1),
        row(hospital, 2, SSY="12", KH="6212345678901234567890"),
        row(hospital, 3, SSY="32010619900101123X"),
        row(hospital, 4, KLX="Zhang San"),
    )
    address = reverse("collection:rows", args=[one.pk])
    page = staff.get(address)
    assert page["Cache-Control"] == "no-store"
    shown = text(page)
    assert "32010619900101123X" not in shown and "320106********123X" in shown
    assert re.search(r">\s*12\s*<", shown)
    listed = text(staff.get(reverse("collection:rejections")))
    assert "3 of 3" in listed and "0 days" in listed
    book = openpyxl.load_workbook(io.BytesIO(b"".join(staff.get(reverse("collection:download", args=[one.pk])))))
    sheet = book.active
    names = [cell.value for cell in sheet[1]]
    titles = {column.name: column.title for column in collection.catalogue().find(CODE).columns}
    for place in (2, 3):
        sheet.cell(place, names.index(titles["SSY"]) + 1).value = "120"
    sheet.cell(4, names.index(titles["KLX"]) + 1).value = next(
        iter(collection.catalogue().find(CODE).by_name["KLX"].values)
    )
    mended = io.BytesIO()
    book.save(mended)
    form = text(staff.get(reverse("collection:upload") + f"?data_set={CODE}&repair={one.pk}"))
    assert "first two columns are let go" in form
    staff.post(
        reverse("collection:upload"), {"data_set": CODE, "file": SimpleUploadedFile("m.xlsx", mended.getvalue())}
    )
    work()
    assert Rejection.objects.get().open_rows == 0
    assert "No rejected rows wait" in text(staff.get(reverse("collection:rejections")))
    assert "repaired" in text(staff.get(reverse("collection:rejections") + "?show=all"))


def test_many_rejected_rows_come_page_by_page(staff, hospital):
    one = sent(staff, *(row(hospital, number, SSY="12") for number in range(60)))
    first = text(staff.get(reverse("collection:rows", args=[one.pk])))
    assert "?after=51" in first
    second = text(staff.get(reverse("collection:rows", args=[one.pk]) + "?after=51"))
    assert "Next rows" not in second and re.search(r">\s*61\s*<", second)


def test_a_repair_is_taken_over_and_closed_with_a_reason(staff, hospital):
    one = sent(staff, row(hospital, 1, SSY="12"))
    other = account(hospital.code, "colleague")
    colleague = signed_in(other)
    assert "Take over the repair" in text(colleague.get(reverse("collection:rows", args=[one.pk])))
    assert colleague.get(reverse("collection:take", args=[one.pk])).status_code == 405
    colleague.post(reverse("collection:take", args=[one.pk]))
    assert Rejection.objects.get().owner == str(other.pk)
    short = colleague.post(reverse("collection:close", args=[one.pk]), {"reason": "no"})
    assert short.status_code == 422 and "with a reason only" in text(short)
    assert Rejection.objects.get().closed_at is None
    closed = colleague.post(reverse("collection:close", args=[one.pk]), {"reason": "test rows of the vendor"})
    assert closed.status_code == 302
    row_now = Rejection.objects.get()
    assert row_now.closed_at is not None and row_now.open_rows == 1
    assert "closed without repair" in text(colleague.get(reverse("collection:rejections") + "?show=all"))
    assert colleague.post(reverse("collection:take", args=[one.pk])).status_code == 409
    assert colleague.post(reverse("collection:close", args=[one.pk]), {"reason": "once more please"}).status_code == 409
    assert audit.Entry.objects.filter(action="collection.close_rejection").count() == 1
    sent(staff, row(hospital, 9), name="later.csv")
    assert Rejection.objects.get().closed_at == row_now.closed_at  # what was given up stays given up


def test_nothing_of_another_institution_is_seen_or_done(staff, stranger, hospital):
    one = sent(staff, row(hospital, 1, SSY="12"))
    for name in ("submission", "rows", "download"):
        assert stranger.get(reverse(f"collection:{name}", args=[one.pk])).status_code == 404
        assert staff.get(reverse(f"collection:{name}", args=[uuid4()])).status_code == 404
    for name in ("take", "close"):
        answer = stranger.post(reverse(f"collection:{name}", args=[one.pk]), {"reason": "long enough words"})
        assert answer.status_code == 404
    assert Rejection.objects.get().closed_at is None
    for name in ("submissions", "rejections", "days", "tables"):
        assert "visits.csv" not in text(stranger.get(reverse(f"collection:{name}")))


def test_strangers_clerks_and_accounts_without_institution_are_refused(hospital):
    scheduler = signed_in(account(hospital.code, "desk", "hospital_scheduler"))
    nowhere = signed_in(account("", "nowhere"))
    for name in ("upload", "submissions", "tables", "days", "rejections"):
        assert Client().get(reverse(f"collection:{name}")).status_code == 302
        assert scheduler.get(reverse(f"collection:{name}")).status_code == 403
        answer = nowhere.get(reverse(f"collection:{name}"))
        assert answer.status_code == 404 and "no institution" in text(answer)


def test_tables_are_declared_and_ended(staff, hospital):
    address = reverse("collection:tables")
    assert "not told the centre" in text(staff.get(address))
    nothing = staff.post(address, {"data_set": ["D_CHSS_GRJKDA"]})
    assert nothing.status_code == 422 and "No table of your list" in text(nothing)
    assert not Declaration.objects.exists() and not Participation.objects.exists()
    staff.post(address, {"data_set": [CODE, "H_HIS_MZ_REG"]})
    assert Participation.objects.get().way == "declared"
    staff.post(address, {"data_set": [CODE]})
    assert collection.declared_by(hospital.pk, on=timezone.localdate()) == {CODE}
    with pinned_queries(7):
        page = text(staff.get(address))
    assert page.count(" checked") == 1 and "never" in page
    Participation.objects.update(way="database_opened")
    assert "reads your opened database" in text(staff.get(address))


def test_empty_forms_are_offered(staff):
    assert b"".join(staff.get(reverse("collection:form", args=[CODE, "csv"]))).startswith(b"\xef\xbb\xbf")
    assert b"".join(staff.get(reverse("collection:form", args=[CODE, "xlsx"])))[:2] == b"PK"
    assert staff.get(reverse("collection:form", args=[CODE, "pdf"])).status_code == 404
    assert staff.get(reverse("collection:form", args=["H_NOTHING", "csv"])).status_code == 404


def test_the_calendar_shows_uploads_and_gaps(staff, hospital):
    assert "Nothing is declared" in text(staff.get(reverse("collection:days")))
    sent(staff, row(hospital, 1), row(hospital, 2))
    Submission.objects.update(received_on="2018-05-03")
    page = text(staff.get(reverse("collection:days") + "?month=2018-05"))
    assert page.count(">no upload<") == 60  # thirty days of the table and of all tables
    assert "of 31 days so far" in page
    for month in ("nonsense", "2018", "2018-05-03"):
        assert staff.get(reverse("collection:days") + f"?month={month}").status_code == 200
    ahead = (timezone.localdate().replace(day=1) + timedelta(days=70)).strftime("%Y-%m")
    assert staff.get(reverse("collection:days") + f"?month={ahead}").status_code == 200


def test_the_institution_is_reminded_where_it_sends(staff, hospital):
    address = reverse("collection:upload")
    assert "Nothing was sent for" not in text(staff.get(address))
    sent(staff, row(hospital, 1, SSY="12"))
    page = text(staff.get(address))
    assert "Rejected rows of 1 files wait" in page and "Nothing was sent for" not in page
    Submission.objects.update(received_on=timezone.localdate() - timedelta(days=5))
    assert "Nothing was sent for 5 days." in text(staff.get(address))


def test_submissions_are_listed_and_narrowed(staff, hospital):
    one = sent(staff, row(hospital, 1))
    with pinned_queries(3):
        assert "visits.csv" in text(staff.get(reverse("collection:submissions")))
    assert "visits.csv" not in text(staff.get(reverse("collection:submissions") + "?state=refused"))
    assert "visits.csv" in text(staff.get(reverse("collection:submissions") + f"?data_set={one.data_set}&state=wrong"))
