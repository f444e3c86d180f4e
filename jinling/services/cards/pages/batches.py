"""Spreadsheets of schools and factories: upload, result, template."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from django.contrib import messages
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.urls import reverse
from django.utils.translation import get_language, gettext, gettext as _, pgettext

from jinling.foundation.access import public as access
from jinling.foundation.directory import public as directory
from jinling.kernel.languages import ENGLISH
from jinling.kernel.outcomes import Refused
from jinling.services.cards import rights
from jinling.services.cards.models import Batch
from jinling.services.cards.public import batch_of, issue_from_sheet, latest_batches, own_batch
from jinling.services.cards.rules.sheets import MOST_BYTES, MOST_ROWS
from jinling.services.cards.sheets import refused_rows, template
from jinling.web.components import Problem, Tile, show, told
from jinling.web.requests import actor

RELATIONS = ("present", "named")
WORKBOOK = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
SHOWN = 500  # refused rows on one page


@access.permission_required(rights.ISSUE, relation=RELATIONS, level=4)
def batches(request: HttpRequest) -> HttpResponse:
    """Upload a spreadsheet; earlier ones of this institution below."""
    by = actor(request)
    issuer = directory.own(by)
    errors: list[Problem] = []
    if request.method == "POST":
        upload = request.FILES.get("file")
        if upload is None:
            errors = [Problem(_("Choose a file."), field="file")]
        else:
            content = upload.read(MOST_BYTES + 1)
            known = batch_of(issuer.pk, content)
            try:
                batch = issue_from_sheet(by=by, issuer=issuer.pk, content=content, file_name=upload.name or "")
            except Refused as refused:
                errors = [told(refused, field="file")]
            else:
                if known:
                    messages.info(request, _("This file was taken in before. Nothing was issued again."))
                return HttpResponseRedirect(reverse("cards:batch", args=[batch]))
    context = {
        "issuer": issuer,
        "rows": latest_batches(issuer.pk),
        "errors": errors,
        "most_rows": MOST_ROWS,
        "most_megabytes": MOST_BYTES // 1024 // 1024,
    }
    return show(request, "cards/staff/batches.html", context, status=422 if errors else 200, private=True)


@access.permission_required(rights.ISSUE, relation=RELATIONS, level=4)
def batch(request: HttpRequest, batch: UUID) -> HttpResponse:
    """What became of a spreadsheet: cards issued, and each row that was left out with its reason."""
    row = _own_batch(request, batch)
    tiles = [
        Tile(_("Rows"), str(row.rows)),
        Tile(_("Cards issued"), str(row.issued)),
        Tile(_("Rows left out"), str(len(row.refused))),
    ]
    context = {
        "batch": row,
        "tiles": tiles,
        "refused": [_readable(item) for item in row.refused[:SHOWN]],
        "more": max(len(row.refused) - SHOWN, 0),
    }
    return show(request, "cards/staff/batch.html", context, private=True)


@access.permission_required(rights.ISSUE, relation=RELATIONS, level=4)
def left_out(request: HttpRequest, batch: UUID) -> HttpResponse:
    """All rows that were left out, as a workbook."""
    row = _own_batch(request, batch)
    listed = [_readable(item) for item in row.refused]
    content = refused_rows(
        [(item["row"], str(item["column"]), item["text"], item["mend"]) for item in listed],
        head=[_("Row"), _("Column"), _("Reason"), _("What to do")],
    )
    response = HttpResponse(content, content_type=WORKBOOK)
    response["Content-Disposition"] = 'attachment; filename="left-out.xlsx"'
    return response


def _own_batch(request: HttpRequest, batch: UUID) -> Batch:
    """A batch of the actor's institution.

    Raises:
        BatchUnknown: there is none, or it is another's.
    """
    return own_batch(directory.own(actor(request)).pk, batch)


def _readable(item: dict[str, Any]) -> dict[str, Any]:
    fields = {
        key: pgettext("value", value) if isinstance(value, str) and value else value
        for key, value in item["fields"].items()
    }
    mend = gettext(item["mend"]) if item["mend"] else ""
    return {
        "row": item["row"],
        "column": COLUMNS.get(item["column"], lambda: item["column"])(),
        "text": gettext(item["text"]) % fields if fields else gettext(item["text"]),
        "mend": mend % fields if fields else mend,
    }


COLUMNS: dict[str, Any] = {
    "name": lambda: _("Person's name"),
    "number": lambda: _("Identity card number"),
    "mobile": lambda: _("Mobile"),
    "guardian": lambda: _("Guardian's identity card number"),
}


@access.permission_required(rights.ISSUE, relation=RELATIONS, level=1)
def empty_sheet(request: HttpRequest) -> HttpResponse:
    """The template to fill in."""
    content = template(language=get_language() or ENGLISH)
    response = HttpResponse(content, content_type=WORKBOOK)
    response["Content-Disposition"] = 'attachment; filename="cards.xlsx"'
    return response
