"""What figures are counted by: the city's institutions and districts, in print order."""

from __future__ import annotations

from jinling.foundation.directory import queries
from jinling.kernel.sockets import Dimension, Member


def _organizations() -> list[Member]:
    """Institutions, those that no longer take part too: earlier months print them."""
    rows = queries.organizations(active=None).select_related(None)
    return [
        Member(row.pk, row.code, row.name, row.name_en, {"ownership": row.ownership, "type": row.kind}) for row in rows
    ]


def _districts() -> list[Member]:
    return [Member(row.pk, row.code, row.name, row.name_en) for row in queries.districts()]


DIMENSIONS = [
    Dimension("organization", _organizations, lambda text: queries.resolve(text).pk),
    Dimension("district", _districts, lambda text: queries.district(text).pk),
]
