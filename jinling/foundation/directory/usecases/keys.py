"""What is stored beside names so that they can be found."""

from __future__ import annotations

import unicodedata
from collections.abc import Sequence

from django.db import connection

from jinling.foundation.directory import queries
from jinling.foundation.directory.models import Organization, OrganizationAlias
from jinling.foundation.directory.rules import (
    AliasSource,
    BadCode,
    BadName,
    NameTaken,
    Naming,
    is_code,
    is_formula,
    name_key,
    own_keys,
    readings,
    search_text,
)

NAMES = 320_100_018  # advisory lock of whoever gives names


def one_at_a_time() -> None:
    """Wait until no other transaction gives names: whether a name is free must not change meanwhile.

    Names are given seldom; waiting costs nobody anything.
    """
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock(%s)", [NAMES])


def must_be_readable(**texts: str) -> None:
    """Refuse a name or code without letters and figures, with characters that no page shows, or that a spreadsheet
    computes: names stand in files that others open.

    Raises:
        BadName: the first such text, by the name of its argument.
    """
    for field, text in texts.items():
        if not name_key(text) or is_formula(text) or any(unicodedata.category(c) in ("Cc", "Cs") for c in text):
            raise BadName(where=field, field=field)


def must_be_code(code: str) -> None:
    """Refuse a code that a pack could not hold either: it stands in addresses, files and commands.

    Raises:
        BadName: it is nothing that people read.
        BadCode: it has other characters than a code has, or too many.
    """
    must_be_readable(code=code)
    if not is_code(code):
        raise BadCode(where="code", value=repr(code[:80]))


def free(names: Sequence[str], *, owner: Organization | None) -> None:
    """Refuse names that cannot be read, or mean or read like another institution than ``owner``, as packs are.

    Raises:
        BadName, NameTaken: the first such name.
    """
    for name in names:
        must_be_readable(name=name)
    naming = queries.naming()
    wanted = {key for name in names for key in own_keys(name, naming)}
    for row in OrganizationAlias.objects.select_related("organization") if wanted else ():
        if (owner is None or row.organization_id != owner.pk) and not wanted.isdisjoint(own_keys(row.name, naming)):
            raise NameTaken(where="name", name=row.name, owner=f"{row.organization.name} ({row.organization.code})")


def alias_row(organization: Organization, name: str, source: AliasSource) -> OrganizationAlias:
    """An unsaved alias with its key."""
    return OrganizationAlias(
        organization=organization,
        name=name,
        source=source,
        key=name_key(name),
    )


def found_by(name: str, others: Sequence[str], naming: Naming, given: Sequence[str] = ()) -> tuple[str, str]:
    """Sort key and search text of a name and the other ways of writing it.

    Args:
        given: readings of ``name`` that stand instead of the computed ones.
    """
    own = list(given) or readings(name, naming.readings)
    sounded = [*own, *(way for other in others for way in readings(other, naming.readings))]
    return own[0] if own else "", search_text([name, *others], dict.fromkeys(sounded))
