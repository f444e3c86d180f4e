"""Looks at people before they are entered: which rows of a list would be refused, and why."""

from __future__ import annotations

from collections.abc import Sequence

from django.utils import timezone

from jinling.foundation.mpi import queries
from jinling.foundation.mpi.documents import country
from jinling.foundation.mpi.models import Patient
from jinling.foundation.mpi.places import keys
from jinling.foundation.mpi.rules import people as rules
from jinling.foundation.mpi.rules.people import IdentifiersDisagree, IdentifierTwice, NameDiffers, NewPatient
from jinling.kernel import names
from jinling.kernel.outcomes import Refused


def refusals(people: Sequence[NewPatient]) -> dict[int, Refused]:
    """Why ``find_or_register_many`` would refuse, by row; rows that are missing would be taken. Writes nothing.

    Of two rows with one number the later is refused.
    """
    today = timezone.localdate()
    found: dict[int, Refused] = {}
    ready: dict[int, NewPatient] = {}
    first: dict[tuple[str, str], int] = {}
    for row, person in enumerate(people):
        try:
            ready[row] = rules.checked(person, country=country(), today=today, where=f"people[{row}]")
        except Refused as refused:
            found[row] = refused
            continue
        for position, item in enumerate(ready[row].identifiers):
            earlier = first.setdefault((item.space, item.value), row)
            if earlier != row:
                found[row] = IdentifierTwice(
                    where=f"people[{row}].identifiers[{position}]", kind=item.system, first=f"people[{earlier}]"
                )
    known = queries.find_many([item for person in ready.values() for item in person.identifiers])
    owners = {row: {known[item] for item in person.identifiers if item in known} for row, person in ready.items()}
    stored = dict(
        Patient.objects.filter(id__in={key for held in owners.values() for key in held}).values_list("id", "name_index")
    )
    for row, held in owners.items():
        if row in found or not held:
            continue
        name = ready[row].name
        if len(held) > 1:
            found[row] = IdentifiersDisagree(where=f"people[{row}].identifiers")
        elif name and _known_otherwise(name, bytes(stored[next(iter(held))])):
            found[row] = NameDiffers(where=f"people[{row}].name", kind=ready[row].identifiers[0].system)
    return found


def _known_otherwise(name: str, index: bytes) -> bool:
    return bool(index) and index not in keys().indexes(names.folded(name), space="name")
