"""What collection reads of a city pack: how many data sets the city requires of whom."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Annotated, Any, Literal

from django.utils.translation import gettext as _
from pydantic import Field

from jinling.data.collection.catalogue.reading import catalogue
from jinling.foundation.directory import public as directory
from jinling.kernel.sockets import PackFault, PackSection

Count = Annotated[int, Field(ge=1, le=10_000)]


class CollectionFile(directory.Entry):
    """``required``: the number of data sets that the city asks for, by who owes them."""

    required: dict[Literal["hospital", "district"], Count]


def check_collection(data: Any, pack: directory.Pack) -> Iterator[PackFault]:
    """The catalogue lists as many data sets as the city says that it requires: none was lost or added by a slip."""
    for kind, count in data["required"].items():
        listed = len(catalogue().required_of(kind))
        if listed != count:
            yield PackFault(
                "other_count",
                _("The catalogue lists %(listed)s data sets of a %(kind)s, not %(count)s.")
                % {"listed": listed, "kind": kind, "count": count},
                _("Correct the number, or the list %(kind)s.yaml of the catalogue.") % {"kind": kind},
                entry=kind,
                at=("required", kind),
            )


# What is required stands in the catalogue, so nothing is stored.
SECTIONS = [PackSection("collection", CollectionFile, check_collection, order=80)]
