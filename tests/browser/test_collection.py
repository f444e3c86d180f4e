"""Hospital IT sends a file, sees what became of it, repairs what was rejected; the centre's pages are accessible."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import openpyxl
import pytest
from django.utils import timezone

from jinling.data.collection import jobs, public as collection
from jinling.data.collection.models import Rejection, Submission
from jinling.data.collection.testing import a_row, an_institution, as_csv
from jinling.data.collection.usecases import intake as collection_intake
from jinling.foundation.access import public as access
from jinling.services.scheduling.testing import BY
from tests.browser.test_booking import assert_accessible, sign_in

pytestmark = pytest.mark.django_db(transaction=True)
CODE = "H_YL_MZ_MEDICAL_RECORD"
PASSWORD = "long-enough-for-the-tests-7"


@pytest.fixture(autouse=True)
def own_home(tmp_path: Path, settings: Any, monkeypatch: pytest.MonkeyPatch) -> Path:
    """An inbox and a lake of the test's own."""
    settings.HOME = tmp_path / "home"
    monkeypatch.delenv("JINLING_LAKE", raising=False)
    return settings.HOME


@pytest.fixture
def sender(transactional_db: None) -> Any:
    return an_institution()


def a_file(folder: Path, sender: Any, *numbers: int, name: str = "visits.csv", **cells: str) -> Path:
    data_set = collection.catalogue().find(CODE)
    path = folder / name
    path.write_bytes(as_csv(CODE, [a_row(data_set, number, sender.code, **cells) for number in numbers]))
    return path


def staff(sender: Any, role: str = "hospital_it") -> Any:
    return access.add_account(
        by=BY, username=role, password=PASSWORD, roles=[role], display_name=role, organization=sender.code
    )


def work() -> None:
    next(job for job in jobs.JOBS if job.name == "collection.process").run(timezone.now())


def test_a_file_is_sent_watched_repaired_and_sent_back(page, live_server, sender, tmp_path, complaints):
    sign_in(page, live_server, staff(sender))
    page.goto(f"{live_server.url}/staff/upload/")
    assert_accessible(page, "Send a file")
    page.locator("#data_set").select_option(CODE)
    page.locator("#file").set_input_files(a_file(tmp_path, sender, 1, 2, 3, SSY="12"))
    page.get_by_role("button", name="Send").click()
    page.wait_for_url("**/staff/submissions/*/")
    assert page.get_by_role("progressbar", name="Bytes sent").is_visible()
    assert page.get_by_text("not read yet").is_visible()
    work()
    page.get_by_role("link", name="Repair the rejected rows").wait_for()  # the page asked by itself
    assert_accessible(page)
    assert page.locator("#status").inner_text() == "stored"
    page.get_by_role("link", name="Repair the rejected rows").click()
    page.wait_for_url("**/rows/")
    assert_accessible(page, CODE)
    with page.expect_download() as downloading:
        page.get_by_role("link", name="1. Download the rows (XLSX)").click()
    downloading.value.save_as(tmp_path / "rows.xlsx")
    book = openpyxl.load_workbook(tmp_path / "rows.xlsx")
    titles = {column.title: column.name for column in collection.catalogue().find(CODE).columns}
    place = [titles.get(cell.value, "") for cell in book.active[1]].index("SSY") + 1
    for line in (2, 3, 4):
        book.active.cell(line, place).value = "120"
    book.save(tmp_path / "mended.xlsx")
    page.get_by_role("link", name="2. Send the repaired rows").click()
    assert page.locator("#data_set").input_value() == CODE
    page.locator("#file").set_input_files(tmp_path / "mended.xlsx")
    page.get_by_role("button", name="Send").click()
    page.wait_for_url("**/staff/submissions/*/")
    work()
    page.get_by_text("No rule was broken.").wait_for()
    assert Rejection.objects.get().open_rows == 0
    page.goto(f"{live_server.url}/staff/rejections/")
    assert_accessible(page, "Rejected rows")
    assert page.get_by_text("No rejected rows wait for repair.").is_visible()


def test_a_dropped_file_is_taken_and_a_form_without_a_data_set_is_told(page, live_server, sender, tmp_path):
    sign_in(page, live_server, staff(sender))
    page.goto(f"{live_server.url}/staff/upload/")
    page.evaluate(
        """() => {
          const held = new DataTransfer();
          held.items.add(new File(["a,b"], "dropped.csv", {type: "text/csv"}));
          const event = new DragEvent("drop", {bubbles: true, cancelable: true, dataTransfer: held});
          document.getElementById("drop").dispatchEvent(event);
          document.getElementById("data_set").required = false;
        }"""
    )
    assert page.locator("#file").evaluate("field => field.files[0].name") == "dropped.csv"
    page.get_by_role("button", name="Send").click()
    page.get_by_text("Choose a data set of your list.").wait_for()
    assert page.locator("#errors").evaluate("element => element === document.activeElement")
    assert_accessible(page)
    page.locator("#data_set").select_option(CODE)
    page.locator("#file").set_input_files(a_file(tmp_path, sender, 1))
    page.get_by_role("button", name="Send").click()  # the form that came back works like the first
    page.wait_for_url("**/staff/submissions/*/")
    assert Submission.objects.count() == 1


@pytest.mark.parametrize("browser_context_args", [1440], indirect=True, ids=["without-script"])
def test_without_script_the_form_is_sent_as_it_is(browser, browser_context_args, live_server, sender, tmp_path):
    context = browser.new_context(**{**browser_context_args, "java_script_enabled": False})
    page = context.new_page()
    sign_in(page, live_server, staff(sender))
    page.goto(f"{live_server.url}/staff/upload/")
    page.locator("#data_set").select_option(CODE)
    page.locator("#file").set_input_files(a_file(tmp_path, sender, 1))
    page.get_by_role("button", name="Send").click()
    page.wait_for_url("**/staff/submissions/*/")
    work()
    page.get_by_role("link", name="Look again").click()
    assert page.get_by_text("No rule was broken.").is_visible()
    context.close()


@pytest.mark.parametrize("path", ["tables", "upload-days", "submissions", "rejections", "compare"])
def test_the_hospital_s_pages_are_accessible(page, live_server, sender, complaints, path):
    sign_in(page, live_server, staff(sender))
    page.goto(f"{live_server.url}/staff/{path}/")
    assert_accessible(page)


def test_the_centre_s_pages_are_accessible(page, live_server, sender, tmp_path, complaints):
    done = collection_intake.ingest(
        by=BY, file=a_file(tmp_path, sender, 1, 2, SSY="12"), data_set=CODE, organization=sender.code
    )
    sign_in(page, live_server, staff(sender, "statistician"))
    for path in (
        "collection/",
        "league/",
        f"league/{sender.code}/",
        f"league/{sender.code}/{CODE}/?links=1",
        f"league/{sender.code}/file/{done.submission}/",
        "silent/",
        "deployments/",
        "returns/",
    ):
        page.goto(f"{live_server.url}/staff/{path}")
        assert_accessible(page)
