"""Keeping the release policy: a window holds until the next one begins, so that any month can be told again."""

from __future__ import annotations

from collections.abc import Collection
from datetime import date
from itertools import zip_longest
from typing import Any

from django.core.exceptions import ValidationError
from django.db import transaction
from django.db.models import Model

from jinling.foundation.audit import public as audit
from jinling.kernel.actor import Actor
from jinling.services.scheduling.models import BookingPolicy, PoolShare, ReleaseListing, ReleaseWindow, of_organization
from jinling.services.scheduling.queries.policies import forget
from jinling.services.scheduling.rules.kinds import Audience
from jinling.services.scheduling.rules.refusals import AudienceUnknown, FieldsInvalid, SharesTooLarge, WindowInvalid


def check_fields(row: Model, *, where: str, exclude: tuple[str, ...] = ()) -> None:
    """Refuse a row whose values break its own fields.

    Raises:
        FieldsInvalid: names the fields.
    """
    try:
        row.clean_fields(exclude=set(exclude))
    except ValidationError as error:
        raise FieldsInvalid(where=where, fields=", ".join(sorted(error.message_dict))) from None


@transaction.atomic
def set_release_window(
    *,
    by: Actor,
    organization: int | None,
    audience: str,
    days: tuple[int, int] | None,
    channel_kind: str = "",
    valid_from: date,
    batch: str = "",
) -> bool:
    """Open an organisation's numbers (None: the default of all without their own) to an audience on the
    days ``first..last`` before a session, or not at all (None), from a day on until a later one that is planned.
    Returns whether anything changed.

    A replay names its ``batch``, by which ``withdraw_windows`` takes its windows back; a window that staff set from
    the same day stands before it.

    Raises:
        AudienceUnknown; WindowInvalid: days out of order or beyond a year.
    """
    if audience not in list(Audience):
        raise AudienceUnknown(where=audience)
    if days is not None and not 0 <= days[0] <= days[1] <= 366:
        raise WindowInvalid(where=f"{days[0]}..{days[1]}")
    timeline = _timeline(organization, audience, channel_kind)
    in_force = [row for row in timeline if row.valid_from <= valid_from][-1:]
    # What a replay set may be taken back, and so may what stands before what it sets: neither makes the other needless.
    own = not batch and in_force and not in_force[0].batch
    if own and (in_force[0].first_day, in_force[0].last_day) == (days or (None, None)):
        return False
    for row in timeline:
        if (row.valid_from, row.batch) == (valid_from, batch):
            row.delete()
    first, last = days or (None, None)
    ReleaseWindow.objects.create(
        organization_id=organization,
        audience=audience,
        channel_kind=channel_kind,
        first_day=first,
        last_day=last,
        valid_from=valid_from,
        valid_to=valid_from,
        batch=batch,
    )
    _join(organization, audience, channel_kind)
    audit.record(
        by=by,
        action="scheduling.set_release_window",
        target=f"Organization/{organization}",
        detail={"audience": audience, "days": list(days) if days else None, "from": str(valid_from)},
    )
    transaction.on_commit(forget)
    return True


@transaction.atomic
def withdraw_windows(*, by: Actor, batch: str) -> int:
    """Take back the windows and listings that a replay set: those before them hold again. Returns how many windows."""
    rows = ReleaseWindow.objects.select_for_update().filter(batch=batch)
    timelines = {(row.organization_id, row.audience, row.channel_kind) for row in rows}
    count, _details = rows.delete()
    ReleaseListing.objects.filter(batch=batch).delete()
    audit.record(by=by, action="scheduling.withdraw_windows", target="Batch", detail={"batch": batch, "windows": count})
    for timeline in timelines:
        _join(*timeline)
    transaction.on_commit(forget)
    return count


@transaction.atomic
def list_in_release_table(*, by: Actor, organizations: Collection[int], valid_from: date, batch: str) -> None:
    """Let a replayed month's table of release windows have these institutions, and no other that ever stands in it."""
    ReleaseListing.objects.filter(batch=batch).delete()
    known = BookingPolicy.objects.filter(in_release_table=True, organization__isnull=False)
    ever = {
        *known.values_list("organization_id", flat=True),
        *ReleaseListing.objects.values_list("organization_id", flat=True),
    }
    ReleaseListing.objects.bulk_create(
        ReleaseListing(organization_id=pk, valid_from=valid_from, listed=pk in organizations, batch=batch)
        for pk in sorted({*ever, *organizations})
    )
    audit.record(
        by=by,
        action="scheduling.list_in_release_table",
        target="Batch",
        detail={"batch": batch, "listed": len(organizations), "from": str(valid_from)},
    )


def _timeline(organization: int | None, audience: str, channel_kind: str) -> list[ReleaseWindow]:
    """The windows of one kind as they follow each other; of two from one day, the one that no replay set is last."""
    rows = ReleaseWindow.objects.select_for_update().filter(of_organization(organization))
    return list(rows.filter(audience=audience, channel_kind=channel_kind).order_by("valid_from", "-batch"))


def _join(organization: int | None, audience: str, channel_kind: str) -> None:
    """End each window where the next one begins."""
    timeline = _timeline(organization, audience, channel_kind)
    for row, after in zip_longest(timeline, timeline[1:]):
        ends = after.valid_from if after else None
        if row.valid_to != ends:
            row.valid_to = ends
            row.save(update_fields=["valid_to"])


@transaction.atomic
def set_policy(*, by: Actor, organization: int | None, **values: Any) -> BookingPolicy:
    """Write an organisation's booking rules (None: the city's default); fields not named keep their value.

    A new organisation's row starts from the city's default.

    Raises:
        FieldsInvalid: a value that cannot be.
    """
    row = BookingPolicy.objects.filter(of_organization(organization)).first()
    if row is None:
        default = BookingPolicy.objects.filter(organization__isnull=True).first() or BookingPolicy()
        row = BookingPolicy(
            organization_id=organization,
            **{
                f.attname: getattr(default, f.attname)
                for f in BookingPolicy._meta.concrete_fields
                if f.attname not in ("id", "organization_id", "packed")
            },
        )
    for name, value in values.items():
        setattr(row, name, value)
    check_fields(row, where=f"policy of {organization or 'the city'}", exclude=("organization",))
    row.save()
    audit.record(
        by=by,
        action="scheduling.set_policy",
        target=f"Organization/{organization or ''}",
        detail={name: str(value) for name, value in values.items()},
    )
    transaction.on_commit(forget)
    return row


@transaction.atomic
def set_pool_share(*, by: Actor, organization: int | None, code: str, percent: int, falls_days_before: int = 1) -> None:
    """Keep a share of future sessions' numbers for an audience or channel kind; 0 keeps none.

    Raises:
        SharesTooLarge: the shares of an organisation would exceed the whole.
    """
    others = PoolShare.objects.filter(of_organization(organization)).exclude(code=code)
    if not 0 <= percent <= 100 or percent + sum(row.percent for row in others) > 100:
        raise SharesTooLarge(where=f"{code} {percent}%")
    PoolShare.objects.filter(of_organization(organization), code=code).delete()
    if percent:
        PoolShare.objects.create(
            organization_id=organization, code=code, percent=percent, falls_days_before=falls_days_before
        )
    audit.record(
        by=by,
        action="scheduling.set_pool_share",
        target=f"Organization/{organization or ''}",
        detail={"code": code, "percent": percent},
    )
