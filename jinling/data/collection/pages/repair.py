"""Rejected rows: whose work, how old, what is wrong; download, send repaired rows, close."""

from __future__ import annotations

import tempfile
from pathlib import Path
from typing import Any
from uuid import UUID

from django.contrib import messages
from django.core.paginator import Paginator
from django.http import FileResponse, HttpRequest, HttpResponse, HttpResponseRedirect
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext, gettext as _
from django.views.decorators.http import require_POST

from jinling.data.collection.catalogue.reading import catalogue
from jinling.data.collection.models import Rejection
from jinling.data.collection.overview import rejections_of, rules_of
from jinling.data.collection.pages.files import title_of
from jinling.data.collection.pages.scope import OWN, own_organization, own_submission
from jinling.data.collection.pages.tables import XLSX
from jinling.data.collection.public import close_rejection, rejection_of, take_rejection
from jinling.data.collection.rejections import rows_of, workbook
from jinling.data.collection.rights import SUBMIT
from jinling.data.collection.wordings import column_name, rule_name, shown_value
from jinling.engine.check.rejections import RejectedRow
from jinling.engine.spec import DataSet
from jinling.foundation.access import public as access
from jinling.foundation.audit import public as audit
from jinling.kernel.outcomes import Refused
from jinling.web.components import Cell, Chip, Column, Table, show, told
from jinling.web.notation import number
from jinling.web.requests import actor

PAGE, ROWS = 50, 50
OLD_AFTER = 7  # days


@access.permission_required(SUBMIT, relation=OWN, level=2)
def rejections(request: HttpRequest) -> HttpResponse:
    """Files with rejected rows; open ones by age, or all with ``?show=all``."""
    organization = own_organization(request)
    everything = request.GET.get("show") == "all"
    page = Paginator(rejections_of(organization.pk, only_open=not everything), PAGE).get_page(request.GET.get("page"))
    listed: list[Rejection] = list(page.object_list)
    names = access.account_names([one.owner for one in listed])
    rules = rules_of([one.submission_id for one in listed])
    table = Table(
        _("Files with rejected rows"),
        [
            Column(_("Data set")),
            Column(_("File")),
            Column(_("Open rows"), numeric=True),
            Column(_("Age")),
            Column(_("Most frequent rule")),
            Column(_("Owner")),
        ],
        [
            [
                Cell(title_of(one.submission.data_set), reverse("collection:rows", args=[one.submission_id])),
                one.submission.file_name,
                _("%(open)s of %(rows)s") % {"open": number(one.open_rows), "rows": number(one.rows)},
                Cell(chip=age_chip(one)),
                rule_name(rules[one.submission_id][0][0]) if one.submission_id in rules else _("none"),
                names.get(one.owner, _("a program")),
            ]
            for one in listed
        ],
        _("No rejected rows wait for repair."),
    )
    context = {"organization": organization, "table": table, "page": page, "everything": everything}
    return show(request, "collection/rejections.html", context)


def age_chip(one: Rejection) -> Chip:
    """How long rows have been waiting, or how they were settled."""
    if one.closed_at is not None:
        return Chip(_("repaired"), "good") if one.open_rows == 0 else Chip(_("closed without repair"), "warn")
    days = (timezone.now() - one.opened_at).days
    return Chip(_("%(n)s days") % {"n": days}, "bad" if days > OLD_AFTER else "info")


@access.permission_required(SUBMIT, relation=OWN, level=4)
def rows(request: HttpRequest, submission: UUID) -> HttpResponse:
    """The rejected rows of a file: line, column, rule, value (masked), how to mend it."""
    return _rows(request, submission)


def _rows(request: HttpRequest, submission: UUID, refused: Refused | None = None) -> HttpResponse:
    one = own_submission(request, submission)
    data_set = catalogue().find(one.data_set)
    after = request.GET.get("after", "")
    found = rows_of(one.pk, after=int(after) if after.isdigit() and len(after) < 16 else -1, limit=ROWS + 1)
    rejection = rejection_of(one.pk)
    names = access.account_names([rejection.owner]) if rejection else {}
    context: dict[str, Any] = {
        "one": one,
        "title": title_of(one.data_set),
        "rejection": rejection,
        "age": age_chip(rejection) if rejection else None,
        "owner": names.get(rejection.owner, _("a program")) if rejection else "",
        "mine": rejection is not None and rejection.owner == actor(request).id,
        "table": _table(found[:ROWS], data_set),
        "more": found[ROWS - 1].row if len(found) > ROWS else None,
        "errors": [told(refused, field="reason")] if refused else [],
    }
    return show(request, "collection/rows.html", context, status=refused.status if refused else 200, private=True)


def _table(found: list[RejectedRow], data_set: DataSet) -> Table:
    cells = []
    for row in found:
        for place, finding in enumerate(row.findings):
            column = data_set.by_name.get(finding.column)
            cells.append(
                [
                    row.row if place == 0 else Cell(chip=Chip(_("same line"))),
                    column_name(data_set, finding.column) or _("whole row"),
                    rule_name(finding.rule),
                    shown_value(column, finding.value),
                    gettext(finding.mend) if finding.mend else _("See the form."),
                ]
            )
    return Table(
        _("Rejected rows"),
        [
            Column(_("Line"), numeric=True),
            Column(_("Column")),
            Column(_("Rule")),
            Column(_("Value")),
            Column(_("How to mend")),
        ],
        cells,
        _("No rejected rows behind this line."),
    )


@access.permission_required(SUBMIT, relation=OWN, level=4)
def download(request: HttpRequest, submission: UUID) -> FileResponse:
    """The rejected rows as a workbook with a reason beside each, to repair and send back."""
    one = own_submission(request, submission)
    kept = tempfile.TemporaryFile()  # noqa: SIM115 (the response closes it)
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "rows.xlsx"
        count = workbook(one.pk, path)
        kept.write(path.read_bytes())
    kept.seek(0)
    audit.record(
        by=actor(request),
        action="collection.download_rejected",
        target=f"Submission/{one.pk}",
        organization=one.organization.code,
        detail={"rows": count},
    )
    name = f"{one.data_set}-{one.received_on}-{str(one.pk)[-4:]}.xlsx"
    response = FileResponse(kept, as_attachment=True, filename=name, content_type=XLSX)
    response["Cache-Control"] = "no-store"
    return response


@require_POST
@access.permission_required(SUBMIT, relation=OWN, level=2)
def take(request: HttpRequest, submission: UUID) -> HttpResponse:
    """Make the repair one's own work."""
    one = own_submission(request, submission)
    take_rejection(by=actor(request), submission=one.pk)
    messages.success(request, _("The repair is yours now."))
    return HttpResponseRedirect(reverse("collection:rows", args=[one.pk]))


@require_POST
@access.permission_required(SUBMIT, relation=OWN, level=4)
def close(request: HttpRequest, submission: UUID) -> HttpResponse:
    """Close rows that will not be repaired, with a reason."""
    one = own_submission(request, submission)
    try:
        close_rejection(by=actor(request), submission=one.pk, reason=request.POST.get("reason", ""))
    except Refused as refused:
        return _rows(request, submission, refused)
    messages.success(request, _("The rejected rows are closed without repair."))
    return HttpResponseRedirect(reverse("collection:rejections"))
