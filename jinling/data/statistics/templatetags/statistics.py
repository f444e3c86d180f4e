"""How releases and figures read on pages."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from django import template
from django.utils.translation import gettext

register = template.Library()


@register.filter
def person_of(ref: str, names: Mapping[str, str]) -> str:
    """The name of the account that an actor's reference (``account/id``) means."""
    key = ref.partition("/")[2]
    return names.get(key, key)


@register.simple_tag
def edition(version: int) -> str:
    """What an edition of a release is called."""
    if version == 1:
        return gettext("First release")
    return gettext("Revision %(number)s") % {"number": version - 1}


@register.inclusion_tag("statistics/_cell.html")
def bulletin_cell(cell: Any) -> dict[str, Any]:
    """One cell of a bulletin's table (``printing.Cell``)."""
    return {"cell": cell}
