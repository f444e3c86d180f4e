"""What stands before pages and endpoints: ``permission_required`` and ``open_to_all``."""

from __future__ import annotations

from collections.abc import Callable
from functools import wraps
from typing import Any, TypeVar
from urllib.parse import urlsplit

from django.contrib.auth.views import redirect_to_login
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse
from django.urls import reverse

from jinling.foundation.access.models import Account
from jinling.foundation.access.queries import grants, held_by, permissions
from jinling.foundation.access.rules.declarations import OPEN, Declaration
from jinling.foundation.access.rules.roles import ROLES
from jinling.kernel.actor import Actor
from jinling.kernel.outcomes import Denied

View = TypeVar("View", bound=Callable[..., Any])


# -- declarations --------------------------------------------------------------------------


def permission_required(
    permission: str, *, relation: str | tuple[str, ...] = "none", purpose: str = "", level: int = 1, fresh: bool = False
) -> Callable[[View], View]:
    """Let a page or endpoint be used only by who holds ``permission``.

    A page sends a stranger to the sign-in page, and refuses an account that lacks the permission (403); an
    endpoint refuses with ``Denied``. The view finds the actor at ``request.actor``, in the role that holds
    the permission. ``relation``, ``level``: see ``Declaration``; the relation to the very person is for
    ``access.ensure`` to check once the person is known.
    """
    relations = (relation,) if isinstance(relation, str) else relation
    declared = Declaration(permission, relations, purpose, level, fresh)

    def decorate(view: View) -> View:
        @wraps(view)
        def guarded(request: HttpRequest, *args: Any, **kwargs: Any) -> Any:
            answer = admit(request, declared)
            return view(request, *args, **kwargs) if answer is None else answer

        guarded.access = declared  # type: ignore[attr-defined]
        return guarded  # type: ignore[return-value]

    return decorate


def open_to_all(view: View) -> View:
    """Declare that everyone may use this page or endpoint; without a declaration nobody may."""
    view.access = OPEN  # type: ignore[attr-defined]
    return view


def admit(request: HttpRequest, declared: Declaration) -> HttpResponse | None:
    """Let the request in (None, with ``request.actor`` set) or answer with the way to sign in.

    Raises:
        Denied: a client lacks the permission.
        PermissionDenied: an account lacks it.
    """
    actor: Actor | None = getattr(request, "actor", None)
    if actor is not None and actor.kind != "account":
        if declared.permission not in request.permissions:  # type: ignore[attr-defined]
            raise Denied(where=declared.permission)
        if declared.purpose and declared.purpose != actor.purpose:
            request.actor = actor.acting_for(declared.purpose)  # type: ignore[attr-defined]
        return None
    if not request.user.is_authenticated:
        return to_sign_in(request, declared.permission)
    found = actor_of(request, permission=declared.permission, purpose=declared.purpose)
    if found is None:
        raise PermissionDenied
    request.actor = found  # type: ignore[attr-defined]
    return None


def actor_of(request: HttpRequest, *, permission: str = "", purpose: str = "") -> Actor | None:
    """The signed-in account as an actor, in its first role that holds ``permission`` (its first role when no
    permission is named); None when nobody is signed in or no role holds it."""
    account = request.user
    if not isinstance(account, Account) or not account.is_active:
        return None
    if permission:
        permissions()[permission]
    for held in held_by(account):
        role = ROLES.get(held.role)
        if role is None or (permission and permission not in grants()[held.role]):
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
    back = request.get_full_path()
    if getattr(request, "htmx", False):  # the whole page must change, not the fragment
        here = urlsplit(request.headers.get("HX-Current-URL", ""))
        back = here.path + (f"?{here.query}" if here.query else "") if here.path else "/"
    response = redirect_to_login(back, reverse("access_sign_in" if citizens else "account_login"))
    if getattr(request, "htmx", False):
        return HttpResponse(status=204, headers={"HX-Redirect": response["Location"]})
    return response
