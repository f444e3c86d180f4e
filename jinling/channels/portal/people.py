"""The people for whom a citizen books: see them, add one by the document, remove one."""

from __future__ import annotations

from uuid import UUID

from django import forms
from django.contrib import messages
from django.db import transaction
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.utils.functional import Promise
from django.utils.http import url_has_allowed_host_and_scheme
from django.utils.translation import gettext as _, gettext_lazy

from jinling.foundation.access import public as access
from jinling.foundation.access.public import permission_required
from jinling.foundation.mpi import public as mpi
from jinling.kernel.actor import Actor
from jinling.kernel.outcomes import Refused
from jinling.web.components import show
from jinling.web.forms import StyledForm
from jinling.web.requests import actor

FAMILY = ("self", "ward")
DOCUMENTS: dict[str, str | Promise] = {
    "resident_id": gettext_lazy("Resident identity card"),
    "passport": gettext_lazy("Passport"),
    "foreign_resident_id": gettext_lazy("Foreign permanent resident card"),
    "hk_macau_permit": gettext_lazy("Hong Kong and Macau permit"),
    "taiwan_permit": gettext_lazy("Taiwan permit"),
    "birth_certificate": gettext_lazy("Birth certificate"),
}
KINSHIP = {
    "self": gettext_lazy("Myself"),
    "spouse": gettext_lazy("Spouse"),
    "child": gettext_lazy("Child"),
    "parent": gettext_lazy("Parent"),
    "grandparent": gettext_lazy("Grandparent"),
    "grandchild": gettext_lazy("Grandchild"),
    "sibling": gettext_lazy("Brother or sister"),
    "ward": gettext_lazy("Ward"),
    "other": gettext_lazy("Other person"),
}


class PersonForm(StyledForm):
    """A person as the identity document names them."""

    name = forms.CharField(
        label=gettext_lazy("Name of the person"), max_length=60, widget=forms.TextInput(attrs={"autocomplete": "name"})
    )
    document = forms.ChoiceField(label=gettext_lazy("Document"), choices=lambda: mpi.document_labels(DOCUMENTS))
    number = forms.CharField(
        label=gettext_lazy("Number of the document"),
        max_length=40,
        widget=forms.TextInput(attrs={"autocomplete": "off"}),
    )
    relation = forms.ChoiceField(label=gettext_lazy("The person is"), choices=list(KINSHIP.items()))


@permission_required(access.rights.OWN, relation=FAMILY, level=4)
def people(request: HttpRequest) -> HttpResponse:
    """The account's people, masked; ``next`` is where the way goes on after adding one."""
    by = actor(request)
    way_on = after(request)
    adding = request.method == "POST" and request.POST.get("form") == "add"
    form = PersonForm(request.POST if adding else None)
    if request.method == "POST" and not adding:
        _remove(request, by)
        return HttpResponseRedirect(request.path)
    if adding and form.is_valid():
        try:
            verified = _add(request, by, form)
        except Refused as refused:
            form.refuse(refused)
        else:
            if verified:
                messages.success(request, _("The person is added."))
            else:
                messages.warning(
                    request, _("The person is added. Before you can book, show both documents once at a counter.")
                )
            return HttpResponseRedirect(way_on if way_on and verified else request.get_full_path())
    related = mpi.related(by.id)
    shown = mpi.shown(by=by, ids=[person.patient for person in related])
    context = {
        "form": form,
        "rows": [
            (person, KINSHIP.get(person.relation, person.relation), shown[person.patient])
            for person in related
            if person.patient in shown
        ],
        "limit": mpi.persons_per_account(),
    }
    return show(request, "portal/my_people.html", context, status=422 if form.errors else 200, private=True)


def after(request: HttpRequest) -> str:
    """Where the way goes on afterwards: an address of this site, or nowhere."""
    wanted = request.GET.get("next", "")
    return wanted if url_has_allowed_host_and_scheme(wanted, allowed_hosts={request.get_host()}) else ""


def _add(request: HttpRequest, by: Actor, form: PersonForm) -> bool:
    """Find or enter the person and tie them to the account; whether the relation counts as checked.

    It does when the record, entered by somebody else, already carries the mobile number that the account
    signed in with. A person entered here carries no number, so that nobody vouches for themselves.
    """
    data, account = form.cleaned_data, request.user
    person = mpi.NewPatient(name=data["name"], identifiers=(mpi.Identifier(data["document"], data["number"]),))
    if isinstance(mpi.refusals([person]).get(0), mpi.NameDiffers):
        # Counted and told like a real-name check, or this page would say whose number it is.
        access.begin_identity_check(by=by, account=account, number=data["number"])  # type: ignore[arg-type]
        raise access.IdentityNotConfirmed
    patient = mpi.find_or_register(by=by, person=person)
    mobile = access.mobile_of(account)  # type: ignore[arg-type]
    verified = bool(mobile) and patient in mpi.find_by_mobile(mobile)
    with transaction.atomic():
        if verified and data["relation"] == "self":
            access.tie_patient(by=by, account=account, patient=str(patient))  # type: ignore[arg-type]
        mpi.relate(by=by, account=by.id, patient=patient, relation=data["relation"], verified=verified)
    return verified


def _remove(request: HttpRequest, by: Actor) -> None:
    try:
        patient = UUID(request.POST.get("patient", ""))
    except ValueError:
        return
    if any(person.patient == patient for person in mpi.related(by.id)):
        mpi.unrelate(by=by, account=by.id, patient=patient)
        messages.success(request, _("The person is removed from your account. The record stays."))
