"""Roles change by two security administrators: one asks, another agrees."""

from __future__ import annotations

from uuid import UUID

from django.db import transaction
from django.utils import timezone

from jinling.foundation.access.models import Account, RoleChange
from jinling.foundation.access.queries import held_by, roles_of
from jinling.foundation.access.rules.refusals import RoleChangeUnknown, RolesClash, RoleUnknown
from jinling.foundation.access.rules.roles import clash
from jinling.foundation.access.rules.second_hand import ensure_second_hand
from jinling.foundation.access.usecases.accounts import give_role, take_role
from jinling.foundation.audit import public as audit
from jinling.kernel.actor import Actor


@transaction.atomic
def ask_role_change(*, by: Actor, account: Account, role: str, give: bool, scope: str = "") -> RoleChange:
    """Ask that a role be given to or taken from an account.

    Raises:
        RoleUnknown, RolesClash: it could never be agreed to.
    """
    account = Account.objects.get(pk=account.pk)  # what it holds now, not what the caller once read
    held_roles = frozenset(held.role for held in held_by(account))
    # A role that no context declares any more can still be taken away from who holds it.
    known = roles_of("staff") if give else sorted(held_roles)
    if role not in known:
        raise RoleUnknown(role=role, known=", ".join(known))
    against = clash(held_roles, role)
    if give and against:
        raise RolesClash(role=role, held=against)
    change = RoleChange.objects.create(account=account, role=role, scope=scope, give=give, asked_by=by.id)
    audit.record(
        by=by,
        action="access.ask_role_change",
        target=f"Account/{account.pk}",
        detail={"role": role, "scope": scope, "give": give},
    )
    return change


@transaction.atomic
def decide_role_change(*, by: Actor, change: UUID, agreed: bool) -> RoleChange:
    """Agree to a change, which then happens, or turn it down.

    Raises:
        RoleChangeUnknown, AlreadyDecided, OwnCase, RolesClash, RoleUnknown: nothing was changed.
    """
    row = RoleChange.objects.select_for_update().select_related("account").filter(pk=change).first()
    if row is None:
        raise RoleChangeUnknown(where=str(change))
    ensure_second_hand(by.id, decided=row.agreed is not None, concerned=concerned_by(row), where=str(change))
    row.decided_by, row.decided_at, row.agreed = by.id, timezone.now(), agreed
    row.save(update_fields=["decided_by", "decided_at", "agreed"])
    audit.record(
        by=by,
        action="access.decide_role_change",
        target=f"Account/{row.account_id}",
        detail={"role": row.role, "scope": row.scope, "give": row.give, "agreed": agreed},
    )
    if agreed and row.give:
        give_role(by=by, account=row.account, role=row.role, scope=row.scope)
    elif agreed:
        take_role(by=by, account=row.account, role=row.role, scope=row.scope)
    return row


def concerned_by(change: RoleChange) -> tuple[str, str]:
    """Accounts that do not decide a change: who asked for it, and whose role it is."""
    return change.asked_by, str(change.account_id)


def waiting_changes() -> list[RoleChange]:
    """Changes that wait for a second administrator, oldest first."""
    return list(RoleChange.objects.select_related("account").filter(agreed=None).order_by("asked_at"))
