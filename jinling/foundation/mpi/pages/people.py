"""The registration desk: find a person by a document, enter one, correct a record. Everything shown is masked."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from django import forms
from django.contrib import messages
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.urls import reverse
from django.utils.translation import gettext as _, gettext_lazy

from jinling.foundation.access import public as access
from jinling.foundation.directory import public as directory
from jinling.foundation.mpi import public as mpi, rights
from jinling.foundation.mpi.documents import label, labels
from jinling.foundation.mpi.public import add_identifier, register, suggest_similar, update_mobile, update_name
from jinling.foundation.mpi.rules.people import (
    Identifier,
    MotherUnknown,
    NameAbsent,
    NameStands,
    NewPatient,
    PatientUnknown,
)
from jinling.foundation.mpi.templatetags.mpi import FIELDS, SEXES, district_name
from jinling.kernel.actor import Actor
from jinling.kernel.identifiers import SYSTEMS, mask
from jinling.kernel.outcomes import Refused
from jinling.web.components import Problem, show, told
from jinling.web.forms import DateInput, StyledForm
from jinling.web.requests import actor

HERE = ("present", "named")


def systems() -> list[tuple[str, Any]]:
    """Kinds of documents and cards, as a choice."""
    return labels({system: FIELDS[system] for system in SYSTEMS})


class DocumentForm(StyledForm):
    """A document's kind and number."""

    system = forms.ChoiceField(label=gettext_lazy("Document"))
    number = forms.CharField(
        label=gettext_lazy("Number"), max_length=60, widget=forms.TextInput({"autocomplete": "off"})
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["system"].choices = systems()  # type: ignore[attr-defined]

    def identifier(self) -> Identifier:
        """What was entered."""
        return Identifier(self.cleaned_data["system"], self.cleaned_data["number"])


class PersonForm(DocumentForm):
    """A person to be entered. Without a name it is a newborn, tied to the mother by her number."""

    name = forms.CharField(
        label=gettext_lazy("Person's name"),
        required=False,
        max_length=80,
        help_text=gettext_lazy("As the document shows it. A newborn without a name: leave it empty."),
        widget=forms.TextInput({"autocomplete": "off"}),
    )
    mother = forms.CharField(
        label=gettext_lazy("Mother's identity card number"),
        required=False,
        max_length=30,
        help_text=gettext_lazy("For a newborn without a name only."),
        widget=forms.TextInput({"autocomplete": "off"}),
    )
    birth_order = forms.IntegerField(
        label=gettext_lazy("Which child of a multiple birth"), required=False, min_value=1, max_value=9
    )
    birth_date = forms.DateField(
        label=gettext_lazy("Birth date"),
        required=False,
        widget=DateInput(),
        help_text=gettext_lazy("Not needed with an identity card."),
    )
    sex = forms.ChoiceField(label=gettext_lazy("Sex"), choices=list(SEXES.items()))
    mobile = forms.CharField(
        label=gettext_lazy("Mobile"), required=False, max_length=20, widget=forms.TextInput({"autocomplete": "off"})
    )
    district = forms.ChoiceField(label=gettext_lazy("District"), required=False)
    seen = forms.BooleanField(label=gettext_lazy("The document was seen"), required=False)

    field_order = (
        "name",
        "system",
        "number",
        "birth_date",
        "sex",
        "mobile",
        "district",
        "seen",
        "mother",
        "birth_order",
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["number"].required = False
        rows = [(row.code, row.name) for row in directory.districts()]
        self.fields["district"].choices = [("", "-"), *rows]  # type: ignore[attr-defined]

    def person(self) -> NewPatient:
        """What was entered.

        Raises:
            MotherUnknown: the mother is not registered.
            IdentifierInvalid: her number breaks its rules.
        """
        data = self.cleaned_data
        mother = None
        if data["mother"] and not data["name"]:
            mother = mpi.find(system="resident_id", value=data["mother"])
            if mother is None:
                raise MotherUnknown(where="mother")
        return NewPatient(
            name=data["name"],
            name_absent="" if data["name"] else NameAbsent.NEWBORN if mother else NameAbsent.UNIDENTIFIED,
            birth_date=data["birth_date"],
            sex=data["sex"],
            identifiers=(self.identifier(),) if data["number"] else (),
            mobile=data["mobile"],
            district=data["district"],
            mother=mother,
            birth_order=data["birth_order"] or 0,
            real_name_verified=bool(data["seen"] and data["name"] and data["number"]),
        )


@access.permission_required(rights.REGISTER, relation=HERE, level=4)
def people(request: HttpRequest) -> HttpResponse:
    """Find a person by a document or card; numbers never stand in addresses."""
    form = DocumentForm(request.POST or None)
    errors: list[Problem] = []
    if request.method == "POST" and form.is_valid():
        item = form.identifier()
        try:
            found = mpi.find(system=item.system, value=item.value)
            if found is None:
                raise PatientUnknown(where="number", mend="Register the person.")
        except Refused as refused:
            errors = [told(refused, field="id_number")]
        else:
            return HttpResponseRedirect(reverse("mpi:person", args=[found]))
    status = 422 if errors or form.errors else 200
    return show(request, "mpi/people.html", {"form": form, "errors": errors}, status=status, private=True)


@access.permission_required(rights.REGISTER, relation=HERE, level=4)
def new_person(request: HttpRequest) -> HttpResponse:
    """Enter a person. Records that may be the same one go on the work list of the identity desk."""
    by = actor(request)
    form = PersonForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        try:
            person = form.person()
            patient = register(by=by, person=person)
        except Refused as refused:
            form.refuse(refused)
        else:
            messages.success(request, _("Registered."))
            if suggest_similar(by=by, patient=patient, person=person):
                messages.info(request, _("Similar records are there already; the identity desk compares them."))
            return HttpResponseRedirect(reverse("mpi:person", args=[patient]))
    return show(request, "mpi/new_person.html", {"form": form}, status=422 if form.errors else 200, private=True)


class MobileForm(StyledForm):
    """Another mobile number, or none."""

    mobile = forms.CharField(
        label=gettext_lazy("Mobile"), required=False, max_length=20, widget=forms.TextInput({"autocomplete": "off"})
    )


class NameForm(StyledForm):
    """The name of somebody who was entered without one."""

    name = forms.CharField(
        label=gettext_lazy("Person's name"), max_length=80, widget=forms.TextInput({"autocomplete": "off"})
    )


@access.permission_required(rights.REGISTER, relation=HERE, level=4)
def person(request: HttpRequest, patient: UUID) -> HttpResponse:
    """One record, masked: its documents, and what a desk may correct."""
    by = actor(request)
    what = request.POST.get("form", "")
    opened = {
        "document": DocumentForm(request.POST if what == "document" else None, prefix="document"),
        "mobile": MobileForm(request.POST if what == "mobile" else None, prefix="mobile"),
        "name": NameForm(request.POST if what == "name" else None, prefix="name"),
    }
    form = opened.get(what)
    if request.method == "POST" and form is not None and form.is_valid():
        try:
            _correct(by, patient, what, form)
        except Refused as refused:
            form.refuse(refused)
        else:
            messages.success(request, _("Done."))
            return HttpResponseRedirect(reverse("mpi:person", args=[patient]))
    shown = mpi.shown(by=by, ids=[patient]).get(patient)
    if shown is None:
        raise PatientUnknown(where="patient")
    records = mpi.records(patient)
    context = {
        "person": shown,
        "sex": SEXES[shown.sex],
        "district": district_name(shown.district) if shown.district else "",
        "nameless": not mpi.name_stands(patient),
        "verified": mpi.facts([patient])[patient].real_name,
        "documents": [
            (label(item.system, FIELDS[item.system]), mask(item.value)) for item in mpi.identifiers_of(records)
        ],
        "others": len(records) - 1,
        "form": form,
        **{f"{name}_form": one for name, one in opened.items()},
    }
    return show(
        request, "mpi/person.html", context, status=422 if form is not None and form.errors else 200, private=True
    )


def _correct(by: Actor, patient: UUID, what: str, form: Any) -> None:
    if what == "document":
        add_identifier(by=by, patient=patient, identifier=form.identifier())
    elif what == "mobile":
        update_mobile(by=by, patient=patient, mobile=form.cleaned_data["mobile"])
    else:
        _name(by, patient, form.cleaned_data["name"])


def _name(by: Actor, patient: UUID, name: str) -> None:
    """Name a record without a name; a name that stands is the identity desk's to correct."""
    if mpi.name_stands(patient):
        raise NameStands(where="name")
    update_name(by=by, patient=patient, name=name)
