"""Import of statistical returns."""

from __future__ import annotations

import tempfile
from pathlib import Path

from django import forms
from django.conf import settings
from django.contrib import messages
from django.core.files.uploadedfile import UploadedFile
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _, gettext_lazy

from jinling.data.quality.pages.parts import when
from jinling.data.quality.public import import_returns, returned_months
from jinling.data.quality.rights import IMPORT
from jinling.data.quality.rules import ReturnsTooLarge, ReturnsUnreadable
from jinling.foundation.access import public as access
from jinling.kernel.actor import Actor
from jinling.kernel.outcomes import Refused
from jinling.kernel.periods import Period
from jinling.web.components import Column, Problem, Table, show, told
from jinling.web.forms import StyledForm
from jinling.web.requests import actor

KINDS = (".csv", ".xlsx")


class ImportForm(StyledForm):
    """The month and the file."""

    period = forms.CharField(label=gettext_lazy("Month of the returns"), max_length=7, help_text="2018-05")
    file = forms.FileField(
        label=gettext_lazy("File"),
        widget=forms.ClearableFileInput({"accept": ".csv,.xlsx"}),
        help_text=gettext_lazy(
            "CSV or XLSX; the first line names institution (or district), outpatient, discharge. An empty cell says "
            "that there is no return."
        ),
    )


@access.permission_required(IMPORT, level=2)
def returns(request: HttpRequest) -> HttpResponse:
    """Take a file of returns in whole or not at all; months that stand below."""
    errors: list[Problem] = []
    last_month = Period.month_of(timezone.localdate()).previous()
    form = ImportForm(
        request.POST if request.method == "POST" else None, request.FILES or None, initial={"period": str(last_month)}
    )
    if request.method == "POST" and form.is_valid():
        try:
            kept = _taken(actor(request), form.cleaned_data["file"], form.cleaned_data["period"])
        except Refused as refused:
            problem = told(refused)
            where = f" ({refused.where})" if refused.where else ""
            errors = [Problem(f"{problem.text}{where}", problem.mend, "id_file")]
        else:
            messages.success(request, _("%(n)s returns are kept.") % {"n": kept})
            return HttpResponseRedirect(reverse("quality:returns"))
    context = {"form": form, "errors": errors, "table": _months()}
    return show(request, "quality/returns.html", context, status=422 if errors or form.errors else 200)


def _taken(by: Actor, file: UploadedFile, period: str) -> int:
    """Import an uploaded file under its own name.

    Raises:
        ReturnsUnreadable, PeriodUnreadable, NotAMonth, OrganizationUnknown, DistrictUnknown: nothing is kept.
    """
    name = Path(file.name or "").name[:100]
    if Path(name).suffix.lower() not in KINDS:
        raise ReturnsUnreadable(where=name, reason="it is neither CSV nor XLSX")
    most = settings.UPLOAD_LIMIT_OF_RETURNS
    if (file.size or 0) > most:
        raise ReturnsTooLarge(where=name, megabytes=most >> 20)
    month = Period.month(period)
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / name
        with path.open("wb") as kept:
            for block in file.chunks():
                kept.write(block)
        return import_returns(by=by, file=path, period=str(month))


def _months() -> Table:
    return Table(
        _("Months with returns"),
        [
            Column(_("Month"), whole=True),
            Column(_("Institutions"), numeric=True),
            Column(_("Districts"), numeric=True),
            Column(_("Values"), numeric=True),
            Column(_("Imported")),
        ],
        [[period, str(one), str(two), str(values), when(at)] for period, one, two, values, at in returned_months()],
        _("No returns were imported yet."),
    )
