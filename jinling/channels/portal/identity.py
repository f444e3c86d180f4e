"""A citizen proves their real name: name and number against the record that carries the same mobile number."""

from __future__ import annotations

from uuid import UUID

from django import forms
from django.contrib import messages
from django.db import transaction
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.utils.translation import gettext as _, gettext_lazy

from jinling.channels.portal.people import DOCUMENTS, after
from jinling.foundation.access import public as access
from jinling.foundation.access.public import permission_required
from jinling.foundation.mpi import public as mpi
from jinling.kernel.actor import Actor
from jinling.kernel.outcomes import Refused
from jinling.web.components import show
from jinling.web.forms import StyledForm
from jinling.web.requests import actor


class IdentityForm(StyledForm):
    """Oneself as the identity document says."""

    name = forms.CharField(
        label=gettext_lazy("Your name"), max_length=60, widget=forms.TextInput(attrs={"autocomplete": "name"})
    )
    document = forms.ChoiceField(
        label=gettext_lazy("Document"),
        choices=lambda: [one for one in mpi.document_labels(DOCUMENTS) if one[0] != "birth_certificate"],
    )
    number = forms.CharField(
        label=gettext_lazy("Number of the document"),
        max_length=40,
        widget=forms.TextInput(attrs={"autocomplete": "off"}),
    )


@permission_required(access.rights.OWN, relation="self", level=4)
def identity(request: HttpRequest) -> HttpResponse:
    """Who the account's owner is, masked; before that was proved, the form to prove it with."""
    by = actor(request)
    own = _own(by)
    form = IdentityForm(request.POST or None)
    if request.method == "POST" and not own and form.is_valid():
        try:
            _prove(request, by, form)
        except Refused as refused:
            form.refuse(refused)
        else:
            messages.success(request, _("Your identity is confirmed."))
            return HttpResponseRedirect(after(request) or request.path)
    shown = mpi.shown(by=by, ids=[own]).get(UUID(own)) if own else None
    context = {
        "form": form,
        "shown": shown,
        "document": mpi.document_label(shown.identifier_system, DOCUMENTS.get(shown.identifier_system, ""))
        if shown
        else "",
        "mobile": access.mobile_of(request.user),  # type: ignore[arg-type]
        "family": [person for person in mpi.related(by.id) if person.relation != "self"],
    }
    return show(request, "portal/identity.html", context, status=422 if form.errors else 200, private=True)


def _own(by: Actor) -> str:
    """The account owner's record: proved here, or tied at a counter where both documents were shown."""
    at_counter = (person.patient for person in mpi.related(by.id) if person.relation == "self" and person.verified)
    return by.patient or str(next(at_counter, ""))


def _prove(request: HttpRequest, by: Actor, form: IdentityForm) -> None:
    """Tie the account to the record that carries this number, this name and the mobile that was signed in with.

    Whatever does not fit is told alike, so that nobody learns from a refusal who is registered here.

    Raises:
        IdentifierInvalid: the number breaks the rules of its document; nothing was looked up.
        IdentityChecksUsedUp, IdentityNotConfirmed, IdentityTied: the account stays as it is.
    """
    data, account = form.cleaned_data, request.user
    person = mpi.NewPatient(name=data["name"], identifiers=(mpi.Identifier(data["document"], data["number"]),))
    refusal = mpi.refusals([person]).get(0)
    if refusal is not None and not isinstance(refusal, mpi.NameDiffers):
        raise refusal  # a mistyped number says nothing about anybody
    check = access.begin_identity_check(by=by, account=account, number=data["number"])  # type: ignore[arg-type]
    patient = mpi.find(system=data["document"], value=data["number"])
    mobile = access.mobile_of(account)  # type: ignore[arg-type]
    if refusal is not None or patient is None or not mobile or patient not in mpi.find_by_mobile(mobile):
        raise access.IdentityNotConfirmed
    if not mpi.facts([patient])[patient].active:
        raise access.IdentityNotConfirmed
    with transaction.atomic():
        access.tie_patient(by=by, account=account, patient=str(patient))  # type: ignore[arg-type]
        mpi.relate(by=by, account=by.id, patient=patient, relation="self", verified=True)
        access.pass_identity_check(by=by, account=account, check=check)  # type: ignore[arg-type]
