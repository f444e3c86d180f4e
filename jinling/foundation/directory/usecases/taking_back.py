"""What staff entered by mistake is taken back: another name, a succession."""

from __future__ import annotations

from django.db import transaction
from django.utils import timezone

from jinling.foundation.audit import public as audit
from jinling.foundation.directory import queries
from jinling.foundation.directory.events import OrganizationChanged
from jinling.foundation.directory.models import Organization, Succession
from jinling.foundation.directory.queries import versions
from jinling.foundation.directory.rules import (
    AliasSource,
    AliasUnknown,
    NameKept,
    ReasonMissing,
    Source,
    SuccessionPacked,
    SuccessionUnknown,
    name_key,
)
from jinling.foundation.directory.usecases.keys import one_at_a_time
from jinling.foundation.directory.usecases.versions import refresh
from jinling.foundation.outbox import public as outbox
from jinling.kernel.actor import Actor


@transaction.atomic
def unalias(*, by: Actor, code: str, name: str) -> Organization:
    """Let a way of writing, which staff or the pack added, mean an institution no longer; its names of any day stay.

    What the city pack still says comes back with the next load.

    Raises:
        OrganizationUnknown: no institution has the code.
        AliasUnknown: the name is none of its other names.
        NameKept: it is, was or will be its name.
    """
    one_at_a_time()
    row = Organization.objects.select_for_update().get(pk=queries.get(code).pk)
    found = row.aliases.filter(key=name_key(name)).first()
    if found is None:
        raise AliasUnknown(where="name", name=name[:200], organization=row.name)
    called = {name_key(one) for names in versions.former_names([row.pk]).values() for one in names}
    if found.key in called or found.source in (AliasSource.NAME, AliasSource.NAME_EN):
        raise NameKept(where="name", name=found.name, organization=row.name)
    found.delete()
    refresh(row)
    audit.record(
        by=by,
        action="directory.unalias",
        target=f"Organization/{row.code}",
        organization=row.code,
        detail={"alias": found.name},
    )
    return row


@transaction.atomic
def retract(*, by: Actor, code: str, successor: str, reason: str) -> Organization:
    """It is believed no longer that another institution (its code) took over from one; that it was stays on record.

    What else the merger changed is corrected by itself: one that ended is opened again from that day.

    Raises:
        OrganizationUnknown: no institution has the code.
        SuccessionUnknown: nobody believes that the one took over from the other.
        SuccessionPacked: the city pack says so, and it is the pack that is to be corrected.
        ReasonMissing: it does not say why.
    """
    if not reason.strip():
        raise ReasonMissing(where="reason")
    one_at_a_time()
    row, other = queries.get(code), queries.get(successor)
    found = Succession.objects.select_for_update().filter(predecessor=row, successor=other, superseded_at=None).first()
    if found is None:
        raise SuccessionUnknown(where="successor", predecessor=row.name, successor=other.name)
    if found.source == Source.PACK:
        raise SuccessionPacked(where="successor", predecessor=row.name, successor=other.name)
    # A clock that was set back gives up nothing before it was believed.
    found.superseded_at = max(timezone.now(), found.recorded_at)
    found.save(update_fields=["superseded_at"])
    detail = {"on": str(found.from_on), "reason": reason.strip(), "kind": found.kind, "others": [row.code, other.code]}
    audit.record_many(
        by=by,
        acts=[
            audit.Act("directory.retract", target=f"Organization/{one}", organization=one, detail=detail)
            for one in sorted((row.code, other.code))
        ],
    )
    outbox.announce(OrganizationChanged(code=row.code, step="retract", on=str(found.from_on)))
    return row
