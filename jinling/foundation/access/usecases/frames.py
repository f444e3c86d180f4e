"""Say whose pages may show the platform's in a frame."""

from __future__ import annotations

from django.db import transaction

from jinling.foundation.access.models import FrameAncestor
from jinling.foundation.access.rules.origins import normal_origin
from jinling.foundation.access.rules.refusals import OriginInvalid, OriginUnknown
from jinling.foundation.audit import public as audit
from jinling.kernel.actor import Actor


@transaction.atomic
def allow_frame(*, by: Actor, organization: str, origin: str) -> str:
    """Let an organisation's site show the platform's embeddable pages; returns the origin as browsers compare it.

    Raises:
        OriginInvalid: not an HTTPS origin; nothing was changed.
    """
    place = normal_origin(origin)
    if not place:
        raise OriginInvalid(where="origin")
    _row, made = FrameAncestor.objects.get_or_create(
        organization=organization, origin=place, defaults={"added_by": by.id}
    )
    if made:
        audit.record(
            by=by,
            action="access.allow_frame",
            target=f"Organization/{organization}",
            organization=organization,
            detail={"origin": place},
        )
    return place


@transaction.atomic
def forbid_frame(*, by: Actor, organization: str, origin: str) -> None:
    """Take it back; the next answer no longer carries the origin.

    Raises:
        OriginUnknown: it was not allowed.
    """
    place = normal_origin(origin)
    if not FrameAncestor.objects.filter(organization=organization, origin=place).delete()[0]:
        raise OriginUnknown(organization=organization)
    audit.record(
        by=by,
        action="access.forbid_frame",
        target=f"Organization/{organization}",
        organization=organization,
        detail={"origin": place},
    )
