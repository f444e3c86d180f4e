"""What is stored beside names so that they can be found."""

from __future__ import annotations

from collections.abc import Sequence

from jinling.foundation.directory.models import Organization, OrganizationAlias
from jinling.foundation.directory.rules import Naming, loose_key, name_key, readings, search_text, variant_key


def alias_row(organization: Organization, name: str, source: str, naming: Naming) -> OrganizationAlias:
    """An unsaved alias with its keys."""
    return OrganizationAlias(
        organization=organization,
        name=name,
        source=source,
        key=name_key(name),
        variant=variant_key(name, naming),
        loose=loose_key(name, naming),
    )


def found_by(name: str, others: Sequence[str], naming: Naming, given: Sequence[str] = ()) -> tuple[str, str]:
    """Sort key and search text of a name and the other ways of writing it.

    Args:
        given: readings of ``name`` that stand instead of the computed ones.
    """
    own = list(given) or readings(name, naming.readings)
    sounded = [*own, *(way for other in others for way in readings(other, naming.readings))]
    return own[0] if own else "", search_text([name, *others], dict.fromkeys(sounded))
