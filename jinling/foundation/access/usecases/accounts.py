"""Keep accounts and the roles they hold."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from django.conf import settings
from django.contrib.auth.password_validation import validate_password
from django.core.exceptions import ValidationError
from django.db import IntegrityError, transaction

from jinling.foundation.access.models import Account, Assignment
from jinling.foundation.access.queries import held_by, keys, roles_of
from jinling.foundation.access.rules.refusals import (
    AccountUnknown,
    NameInvalid,
    NameTaken,
    PasswordWeak,
    RolesClash,
    RoleUnknown,
)
from jinling.foundation.access.rules.roles import clash
from jinling.foundation.access.rules.words import LONGEST_LABEL, LONGEST_ORGANIZATION, LONGEST_USERNAME, is_name
from jinling.foundation.audit import public as audit
from jinling.kernel.actor import Actor


@transaction.atomic
def add_account(
    *, by: Actor, username: str, password: str, roles: Sequence[str], display_name: str = "", organization: str = ""
) -> Account:
    """Make a staff account with its roles.

    Raises:
        NameInvalid, NameTaken, PasswordWeak, RoleUnknown, RolesClash: nothing was made.
    """
    if not is_name(username, longest=LONGEST_USERNAME):
        raise NameInvalid(where="username", longest=LONGEST_USERNAME)
    for where, text, longest in (
        ("display_name", display_name, LONGEST_LABEL),
        ("organization", organization, LONGEST_ORGANIZATION),
    ):
        if len(text) > longest:
            raise NameInvalid(where=where, longest=longest)
    account = Account(username=username, display_name=display_name, kind=Account.Kind.STAFF, organization=organization)
    try:
        validate_password(password, account)
    except ValidationError:
        raise PasswordWeak(where=username) from None
    account.set_password(password)
    try:
        with transaction.atomic():
            account.save(force_insert=True)
    except IntegrityError:
        raise NameTaken(name=username) from None
    audit.record(by=by, action="access.add_account", target=f"Account/{account.pk}", organization=organization)
    for role in roles:
        give_role(by=by, account=account, role=role)
    return account


@transaction.atomic
def give_role(*, by: Actor, account: Account, role: str, scope: str = "", until: datetime | None = None) -> None:
    """Give a staff account a role, for one organisation or district when ``scope`` names it.

    Raises:
        RoleUnknown: no staff role has that name.
        RolesClash: the account holds a role that excludes it.
    """
    known = roles_of("staff")
    if role not in known or account.kind != Account.Kind.STAFF:
        raise RoleUnknown(role=role, known=", ".join(known))
    Account.objects.select_for_update().get(pk=account.pk)
    held = frozenset(Assignment.objects.filter(account=account).values_list("role", flat=True))
    against = clash(held, role)
    if against:
        raise RolesClash(role=role, held=against)
    Assignment.objects.update_or_create(
        account=account, role=role, scope=scope, defaults={"granted_by": by.id, "until_at": until}
    )
    _forget(account)
    audit.record(
        by=by, action="access.give_role", target=f"Account/{account.pk}", detail={"role": role, "scope": scope}
    )


@transaction.atomic
def take_role(*, by: Actor, account: Account, role: str, scope: str = "") -> None:
    """Take a role back; it no longer holds at the account's next request."""
    removed, _rows = Assignment.objects.filter(account=account, role=role, scope=scope).delete()
    if not removed:
        raise RoleUnknown(role=role, known=", ".join(held.role for held in held_by(account)))
    _forget(account)
    audit.record(
        by=by, action="access.take_role", target=f"Account/{account.pk}", detail={"role": role, "scope": scope}
    )


@transaction.atomic
def close_account(*, by: Actor, account: Account) -> None:
    """Close an account: it can neither sign in nor go on; its history stays."""
    Account.objects.filter(pk=account.pk).update(is_active=False)
    audit.record(by=by, action="access.close_account", target=f"Account/{account.pk}")


@transaction.atomic
def set_contact(*, by: Actor, account: Account, mobile: str) -> None:
    """Where a staff account is reached by notices; an empty number takes it away.

    Raises:
        IdentifierInvalid: not a mobile number of the country.
        AccountUnknown: a citizen's account, whose number is the one that signs in.
    """
    if account.kind != Account.Kind.STAFF:
        raise AccountUnknown(name=account.username)
    if mobile:
        set_mobile(account, settings.JINLING_COUNTRY.mobile(mobile))
    else:
        account.mobile_sealed = account.mobile_index = None
    account.save(update_fields=["mobile_sealed", "mobile_index"])
    audit.record(by=by, action="access.set_contact", target=f"Account/{account.pk}")


@transaction.atomic
def set_password(*, by: Actor, account: Account, password: str) -> None:
    """Give an account another password; its sessions end.

    Raises:
        PasswordWeak: the password is easily guessed.
    """
    try:
        validate_password(password, account)
    except ValidationError:
        raise PasswordWeak(where=account.username) from None
    account.set_password(password)
    account.save(update_fields=["password"])
    audit.record(by=by, action="access.set_password", target=f"Account/{account.pk}")


def _forget(account: Account) -> None:
    if hasattr(account, "_held"):
        del account._held


def account_named(username: str) -> Account:
    """The account of that sign-in name.

    Raises:
        AccountUnknown: there is none.
    """
    found = Account.objects.filter(username=username).first()
    if found is None:
        raise AccountUnknown(name=username)
    return found


def set_mobile(account: Account, mobile: str) -> None:
    """Seal a normalised mobile number into the account (not saved)."""
    account.mobile_sealed = keys().seal(mobile, place=f"access.account.mobile/{account.pk}")
    account.mobile_index = keys().index(mobile, space="mobile")
