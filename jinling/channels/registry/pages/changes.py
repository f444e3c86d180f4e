"""One change of an institution: a form, what it would do, and then done."""

from __future__ import annotations

from typing import Any

from django import forms
from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils import timezone
from django.utils.translation import gettext as _, gettext_lazy, ngettext

from jinling.channels.registry.pages.wordings import FACTS, PASSAGES, STEPS, said
from jinling.data.collection import public as collection
from jinling.foundation.access import public as access
from jinling.foundation.directory import public as directory
from jinling.kernel.outcomes import Refused
from jinling.services.scheduling import public as scheduling
from jinling.web.components import Column, Table, show
from jinling.web.forms import DateInput, StyledForm
from jinling.web.requests import actor

Step = directory.Step
NOT_CHANGED = ("", gettext_lazy("as it is"))
NONE = "-"  # a district or whole that is taken away
# Which fields the form of each step has, besides the day and the reason.
FIELDS: dict[Step, tuple[str, ...]] = {
    Step.RENAME: ("name", "name_en"),
    Step.MOVE: ("district",),
    Step.REOWN: ("ownership",),
    Step.MERGE: ("others",),
    Step.SPLIT: ("others", "closes"),
    Step.SUCCEED: ("others",),
    Step.CLOSE: (),
    Step.REOPEN: (),
    Step.CORRECT: ("until", "name", "name_en", "kind", "ownership", "level", "district", "part_of", "active"),
}
OPTIONAL = {Step.CORRECT: FIELDS[Step.CORRECT], Step.RENAME: ("name_en",)}
OTHERS = {
    Step.MERGE: gettext_lazy("Those that end and go on as this one: a name or code a line."),
    Step.SPLIT: gettext_lazy("Those that take over, registered before: a name or code a line."),
    Step.SUCCEED: gettext_lazy("The one that takes over, registered before: its name or code."),
}


class ChangeForm(StyledForm):
    """Everything that a change may ask for; each step keeps its own fields."""

    on = forms.DateField(label=gettext_lazy("From which day"), widget=DateInput())
    until = forms.DateField(label=gettext_lazy("Until before which day (empty: still so)"), widget=DateInput())
    name = forms.CharField(label=gettext_lazy("Name of the institution"), max_length=200)
    name_en = forms.CharField(label=gettext_lazy("English name"), max_length=200)
    kind = forms.ChoiceField(label=gettext_lazy("Kind of institution"))
    ownership = forms.ChoiceField(label=gettext_lazy("Ownership"))
    level = forms.ChoiceField(label=gettext_lazy("Level of care"))
    district = forms.ChoiceField(label=gettext_lazy("District"))
    part_of = forms.CharField(
        label=gettext_lazy("Part of"), max_length=200, help_text=gettext_lazy("Its name or code; - takes it away.")
    )
    active = forms.ChoiceField(label=gettext_lazy("State"))
    others = forms.CharField(
        label=gettext_lazy("Other institutions"), max_length=2000, widget=forms.Textarea(attrs={"rows": 3})
    )
    closes = forms.BooleanField(label=gettext_lazy("This one ends"), required=False, initial=True)
    reason = forms.CharField(
        label=gettext_lazy("Reason"), max_length=500, help_text=gettext_lazy("The document or the decision.")
    )

    def __init__(self, step: Step, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for field in list(self.fields):
            if field not in ("on", "reason", *FIELDS[step]):
                del self.fields[field]
            elif field in OPTIONAL.get(step, ()):
                self.fields[field].required = False
        _choose(self, [NOT_CHANGED] if step is Step.CORRECT else [])
        if "others" in self.fields:
            self.fields["others"].help_text = OTHERS[step]


class RegisterForm(StyledForm):
    """An institution that the city pack does not know."""

    code = forms.CharField(
        label=gettext_lazy("Code"), max_length=64, help_text=gettext_lazy("Never used before, nor ever again.")
    )
    name = forms.CharField(label=gettext_lazy("Name of the institution"), max_length=200)
    name_en = forms.CharField(label=gettext_lazy("English name"), max_length=200)
    kind = forms.ChoiceField(label=gettext_lazy("Kind of institution"))
    ownership = forms.ChoiceField(label=gettext_lazy("Ownership"))
    level = forms.ChoiceField(label=gettext_lazy("Level of care"), required=False)
    district = forms.ChoiceField(label=gettext_lazy("District"))
    part_of = forms.CharField(
        label=gettext_lazy("Part of"), max_length=200, required=False, help_text=gettext_lazy("Its name or code.")
    )
    opened = forms.DateField(label=gettext_lazy("Opens on"), widget=DateInput())
    reason = forms.CharField(
        label=gettext_lazy("Reason"), max_length=500, help_text=gettext_lazy("The document or the decision.")
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        _choose(self, [])
        self.fields["level"].choices = [("", "—"), *directory.Level.choices]  # type: ignore[attr-defined]


def _choose(form: StyledForm, blank: list[tuple[Any, Any]]) -> None:
    choices: dict[str, list[tuple[Any, Any]]] = {
        "kind": list(directory.Kind.choices),
        "ownership": list(directory.Ownership.choices),
        "level": list(directory.Level.choices),
        "active": [("open", _("open")), ("closed", _("closed"))],
        "district": [*((row.code, row.name) for row in directory.districts()), (NONE, _("none"))],
    }
    for field, listed in choices.items():
        if field in form.fields:
            form.fields[field].choices = [*blank, *listed]  # type: ignore[attr-defined]


@access.permission_required(directory.rights.KEEP)
def register(request: HttpRequest) -> HttpResponse:
    """Enter a new institution from the day on which it opens."""
    form = RegisterForm(request.POST or None, initial={"opened": timezone.localdate()})
    if request.method == "POST" and form.is_valid():
        data = dict(form.cleaned_data)
        try:
            data["part_of"] = directory.resolve(data["part_of"]).code if data["part_of"] else None
            data["district"] = None if data["district"] == NONE else data["district"]
            row = directory.register(by=actor(request), **data)
        except Refused as refused:
            form.refuse(refused)
        else:
            messages.success(request, _("The institution is registered."))
            return redirect("registry:institution", code=row.code)
    context = {"form": form, "title": _("Register an institution")}
    return show(request, "registry/register.html", context, status=422 if form.errors else 200)


@access.permission_required(directory.rights.KEEP)
def change(request: HttpRequest, code: str, step: str) -> HttpResponse:
    """Ask, show what would change, and make it when it is confirmed."""
    if step not in STEPS:
        raise Http404
    row, asked = directory.get(code), Step(step)
    initial = {"on": timezone.localdate(), "district": row.district.code if row.district else NONE}
    if asked in (Step.RENAME, Step.REOWN):
        initial |= {"name": row.name, "ownership": row.ownership}
    form = ChangeForm(asked, request.POST or None, initial=initial if asked is not Step.CORRECT else {})
    seen = None
    if request.method == "POST" and form.is_valid():
        try:
            wanted = _change(row.code, asked, form.cleaned_data)
            if request.POST.get("confirmed") == "1":
                directory.change(by=actor(request), change=wanted)
                messages.success(request, _("The change is kept."))
                return redirect("registry:institution", code=row.code)
            seen = directory.preview(wanted)
        except Refused as refused:
            form.refuse(refused)
    context = {
        "row": row,
        "title": STEPS[asked],
        "form": form,
        "seen": seen,
        "effects": _effects(seen) if seen else None,
        "notes": _notes(row, asked, seen) if seen else [],
        "kept": [(name, value) for name, value in request.POST.items() if name in form.fields] if seen else [],
    }
    return show(request, "registry/change.html", context, status=422 if form.errors else 200)


def _change(code: str, step: Step, data: dict[str, Any]) -> directory.Change:
    values: dict[str, Any] = {}
    for field in FIELDS[step]:
        value = data.get(field)
        if field in ("others", "closes", "until") or value in ("", None):
            continue
        if field == "active":
            values[field] = value == "open"
        elif value == NONE and field in ("district", "part_of"):
            values[field] = None
        else:
            values[field] = directory.resolve(value).code if field == "part_of" else value
    names = [line.strip() for line in data.get("others", "").splitlines() if line.strip()]
    return directory.Change(
        step,
        code,
        data["on"],
        values,
        data.get("until"),
        tuple(directory.resolve(name).code for name in names),
        data.get("closes", True),
        data["reason"],
    )


def _effects(seen: directory.Preview) -> Table:
    return Table(
        _("What changes"),
        [
            Column(_("Institution")),
            Column(_("From"), whole=True),
            Column(_("Until before"), whole=True),
            Column(_("What")),
            Column(_("Before")),
            Column(_("After")),
        ],
        [
            [
                f"{one.name} ({one.code})",
                _("always") if one.from_on == directory.EARLIEST else str(one.from_on),
                str(one.until_on) if one.until_on else "—",
                FACTS[one.fact],
                said(one.fact, one.before),
                said(one.fact, one.after),
            ]
            for one in seen.effects
        ],
        _("Only who took over from whom is noted."),
    )


def _notes(row: directory.Organization, step: Step, seen: directory.Preview) -> list[str]:
    """What else somebody should know before it is confirmed."""
    notes = [
        _("%(after)s from %(before)s: %(how)s")
        % {"after": one.successor[1], "before": one.predecessor[1], "how": PASSAGES[one.kind]}
        for one in seen.successions
    ]
    notes += [_("It will be found as %(name)s too.") % {"name": name} for name in seen.names]
    if seen.past is not None:
        notes.append(
            _("Figures that are counted again change from %(month)s on; what was released stays.")
            % {"month": f"{seen.past:%Y-%m}"}
        )
    ending = {one.code for one in seen.effects if one.fact == "active" and one.after == "False"}
    for code in sorted(ending):
        notes += _still_there(directory.get(code))
    return notes


def _still_there(row: directory.Organization) -> list[str]:
    """What still runs at an institution that ends."""
    found = []
    accounts = sum(one.is_active and one.organization == row.code for one in access.accounts())
    if accounts:
        text = ngettext("%(name)s still has %(n)s open account.", "%(name)s still has %(n)s open accounts.", accounts)
        found.append(text % {"name": row.name, "n": accounts})
    if collection.participant(row.pk, on=timezone.localdate()):
        found.append(_("%(name)s still takes part in data collection.") % {"name": row.name})
    if scheduling.planning.with_clinics().filter(pk=row.pk).exists():
        found.append(_("%(name)s still has clinics that can be booked.") % {"name": row.name})
    return found
