"""Accounts of the demonstration city, one for each role of staff and one citizen; printed by ``jinling run``."""

from __future__ import annotations

from collections.abc import Mapping

from django.conf import settings

from jinling.foundation.access.models import Account
from jinling.foundation.access.queries import by_mobile, roles_of
from jinling.foundation.access.rules.keys import keyed_hash
from jinling.foundation.access.usecases.accounts import add_account, set_password
from jinling.foundation.access.usecases.citizens import open_account
from jinling.kernel.actor import system

DEMO_MOBILE = "13800000000"  # China's; another country's is its first form with noughts


def ensure_demo_accounts(
    *, organizations: Mapping[str, str] | None = None, check_passwords: bool = True
) -> list[tuple[str, str, str]]:
    """Make the demonstration's accounts when they are missing; ``(role, username, password)`` of each.

    Passwords are made of the installation's own secret, so that two installations do not share one. The
    citizen signs in with the mobile number; its code goes where ``JINLING_MESSAGING`` says.

    Args:
        organizations: where each role works, by the role's code; a role that is not named works for the whole city.
        check_passwords: give existing accounts their password again when it was changed; hashing all
            of them takes seconds.
    """
    by, found = system("demo"), []
    for role in roles_of("staff"):
        username, password = f"demo-{role.replace('_', '-')}", _password(role)
        account = Account.objects.filter(username=username).first()
        if account is None:
            add_account(
                by=by,
                username=username,
                password=password,
                roles=[role],
                organization=(organizations or {}).get(role, ""),
            )
        elif check_passwords and not account.check_password(password):
            set_password(by=by, account=account, password=password)
        found.append((role, username, password))
    ensure_demo_citizen()
    return [*found, ("citizen", _mobile(), "")]


def ensure_demo_citizen() -> Account:
    """The demonstration's citizen, made when missing."""
    found = by_mobile(_mobile())
    return found[0] if found else open_account(by=system("demo"), mobile=_mobile())


def _mobile() -> str:
    forms = settings.JINLING_COUNTRY.mobiles
    return forms[0].replace("#", "0") if forms else DEMO_MOBILE


def _password(role: str) -> str:
    digest = keyed_hash(f"demo {role}", key=settings.JINLING_KEY_HASH_SECRET).hex()
    return f"{digest[:4]}-{digest[4:8]}-{digest[8:12]}"
