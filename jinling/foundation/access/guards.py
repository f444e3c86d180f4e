"""What stands before pages and endpoints: ``permission_required`` and ``open_to_all``."""

from __future__ import annotations

import inspect
from collections.abc import Callable
from contextlib import suppress
from functools import lru_cache, wraps
from typing import Any, cast
from urllib.parse import urlsplit

from allauth.account.authentication import get_authentication_records
from allauth.mfa.models import Authenticator
from django.conf import settings
from django.contrib.auth import logout
from django.contrib.auth.views import redirect_to_login
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.urls import reverse
from django.utils import timezone

from jinling.foundation.access.models import Account
from jinling.foundation.access.queries import frame_ancestors, grants, held_by, permissions, roles
from jinling.foundation.access.rules.refusals import PermissionMissing
from jinling.foundation.audit import public as audit
from jinling.kernel.actor import Actor
from jinling.kernel.declarations import Declaration, View, open_to_all
from jinling.web.requests import ActorRequest

__all__ = [
    "actor_of",
    "admissible",
    "admit",
    "embeddable",
    "is_fresh",
    "is_idle",
    "open_to_all",
    "permission_required",
    "second_factor",
    "to_sign_in",
    "to_step_up",
]

# -- declarations --------------------------------------------------------------------------


def permission_required(
    permission: str, *, relation: str | tuple[str, ...] = "none", purpose: str = "", level: int = 1, fresh: bool = False
) -> Callable[[View], View]:
    """Let a page or endpoint be used only by who holds ``permission``.

    A page sends a stranger to the sign-in page, and refuses an account that lacks the permission (403); an
    endpoint refuses with ``Denied``. The view finds the actor at ``request.actor``, in the role that holds
    the permission. ``relation``, ``level``: see ``Declaration``; the relation to the very person is for
    ``access.ensure`` to check once the person is known. ``fresh`` asks for a sign-in within five minutes.
    """
    relations = (relation,) if isinstance(relation, str) else relation
    declared = Declaration(permission, relations, purpose, level, fresh)

    def decorate(view: View) -> View:
        @wraps(view)
        def guarded(request: HttpRequest, *args: Any, **kwargs: Any) -> Any:
            answer = admit(request, declared)
            return view(request, *args, **kwargs) if answer is None else answer

        with suppress(NameError):  # endpoints are described by the types of the view, not of this wrapper
            guarded.__signature__ = inspect.signature(view, eval_str=True)  # type: ignore[attr-defined]
        guarded.access = declared  # type: ignore[attr-defined]
        return guarded  # type: ignore[return-value]

    return decorate


def admit(request: HttpRequest, declared: Declaration) -> HttpResponse | None:
    """Let the request in (None, with ``request.actor`` set) or answer with the way to sign in.

    Raises:
        PermissionMissing: a client lacks the permission or its role may never do this.
        PermissionDenied: the same of an account. Both leave an audit entry.
    """
    known = cast(ActorRequest, request)
    actor: Actor | None = getattr(request, "actor", None)
    if actor is not None and actor.kind != "account":
        if declared.permission not in known.permissions or not admissible(actor.role, declared):
            _denied(actor, declared)
            raise PermissionMissing(where=declared.permission)
        if declared.purpose and declared.purpose != actor.purpose:
            known.actor = actor.acting_for(declared.purpose)
        return None
    if not request.user.is_authenticated:
        return to_sign_in(request, declared.permission)
    if is_idle(request):
        logout(request)
        request.signed_out = True  # type: ignore[attr-defined]
        return to_sign_in(request, declared.permission)
    found = actor_of(request, permission=declared.permission, purpose=declared.purpose, declared=declared)
    if found is None:
        _denied(actor_of(request) or _nobody(request), declared)
        raise PermissionDenied
    if roles()[found.role].second_factor and second_factor(request) is False:
        return _whole_page(request, reverse("mfa_index"))
    if (declared.fresh or declared.level >= 5) and not is_fresh(request):
        return to_step_up(request)
    known.actor = found
    return None


def embeddable(view: View) -> View:
    """Let the actor's organisation show this page in a frame of its own sites; nobody else's.

    Stands outside ``permission_required``, which finds out who the actor is. Without an actor of an organisation
    that named its sites, the page may not be framed at all, as every other page.
    """

    @wraps(view)
    def framed(request: HttpRequest, *args: Any, **kwargs: Any) -> Any:
        response = view(request, *args, **kwargs)
        actor: Actor | None = getattr(request, "actor", None)
        places = frame_ancestors(actor.organization) if actor is not None else ()
        if places:
            response._csp_replace = {"frame-ancestors": list(places)}
            response.xframe_options_exempt = True  # the older header knows no list of sites
        return response

    return framed  # type: ignore[return-value]


@lru_cache(maxsize=4096)
def admissible(role: str, declared: Declaration) -> bool:
    """Whether a role's own bounds leave room for what is declared: its purposes, relations and data level."""
    known = roles().get(role)
    if known is None:
        return False
    purpose = declared.purpose or known.purposes[0]
    return (
        purpose in known.purposes
        and declared.level <= known.level
        and not set(known.relations).isdisjoint(declared.relations)
    )


def _denied(by: Actor, declared: Declaration) -> None:
    audit.record(
        by=by, action="access.denied", outcome=audit.Outcome.DENIED, detail={"permission": declared.permission}
    )


def _nobody(request: HttpRequest) -> Actor:
    return Actor(kind="account", id=str(request.user.pk), role="", request_id=getattr(request, "request_id", ""))


# -- how sure we are who it is -------------------------------------------------------------

FRESH = 300.0  # seconds
NOTED_EVERY = 60.0  # seconds: a session is not written at every click


def is_idle(request: HttpRequest) -> bool:
    """Whether a staff session was left alone for longer than the site allows; notes that it is in use otherwise."""
    if not isinstance(request.user, Account) or request.user.kind != Account.Kind.STAFF:
        return False
    now, seen = timezone.now().timestamp(), request.session.get("access.seen")
    if seen is not None and now - seen > settings.JINLING_IDLE_MINUTES * 60:
        return True
    if seen is None or now - seen > NOTED_EVERY:
        request.session["access.seen"] = now
    return False


def is_fresh(request: HttpRequest) -> bool:
    """Whether the account proved itself within the last five minutes of this session."""
    proofs = get_authentication_records(request, request.user)
    return any(timezone.now().timestamp() - proof.get("at", 0) < FRESH for proof in proofs)


def second_factor(request: HttpRequest) -> bool | None:
    """Whether this account's sign-in takes a second factor; None when the site does not ask for one.

    An account with an authenticator or a passkey cannot sign in without it, so having one is enough. The city's
    single sign-on brings its own when its token says so (``acr`` or ``amr``, see the adapter).
    """
    if settings.JINLING_SECOND_FACTOR != "required":
        return None
    if request.session.get("access.second_factor"):
        return True
    own = Authenticator.objects.filter(user=request.user).exclude(type="recovery_codes")
    if request.session.get("access.sign_on_strong") or own.exists():
        request.session["access.second_factor"] = True
        return True
    return False


def actor_of(
    request: HttpRequest, *, permission: str = "", purpose: str = "", declared: Declaration | None = None
) -> Actor | None:
    """The signed-in account as an actor, in its first role that holds ``permission`` (its first role when no
    permission is named) and may do what is ``declared``; None when nobody is signed in or no role holds it."""
    account = request.user
    if not isinstance(account, Account) or not account.is_active:
        return None
    if permission:
        permissions()[permission]
    for held in held_by(account):
        role = roles().get(held.role)
        if role is None or (permission and permission not in grants()[held.role]):
            continue
        if declared is not None and not admissible(held.role, declared):
            continue
        return Actor(
            kind="account",
            id=str(account.pk),
            role=held.role,
            purpose=purpose or role.purposes[0],
            organization=held.scope or account.organization,
            channel="web",
            request_id=getattr(request, "request_id", ""),
            patient=account.patient,
        )
    return None


def to_sign_in(request: HttpRequest, permission: str = "") -> HttpResponse:
    """The way to the sign-in page that fits who may hold ``permission``, and back here afterwards."""
    citizens = not permission or permission in grants()["citizen"]
    return _with_way_back(request, reverse("access_sign_in" if citizens else "account_login"))


def to_step_up(request: HttpRequest, *, back: str = "") -> HttpResponse:
    """The way to prove oneself again, and back (to ``back`` when it is named): staff by password or second factor,
    citizens by code."""
    staff = request.user.is_authenticated and request.user.kind == Account.Kind.STAFF
    place = reverse("account_reauthenticate" if staff else "access_step_up")
    return _whole_page(request, redirect_to_login(back, place)["Location"]) if back else _with_way_back(request, place)


def _with_way_back(request: HttpRequest, place: str) -> HttpResponse:
    back = request.get_full_path()
    if getattr(request, "htmx", False):  # the whole page must change, not the fragment
        here = urlsplit(request.headers.get("HX-Current-URL", ""))
        back = here.path + (f"?{here.query}" if here.query else "") if here.path else "/"
    return _whole_page(request, redirect_to_login(back, place)["Location"])


def _whole_page(request: HttpRequest, address: str) -> HttpResponse:
    if getattr(request, "htmx", False):
        return HttpResponse(status=204, headers={"HX-Redirect": address})
    return HttpResponseRedirect(address)
