"""When a session's numbers may be booked, and by whom."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from jinling.services.scheduling.rules.kinds import Audience
from jinling.services.scheduling.rules.refusals import BookingClosed, NotOpenToAudience, NotYetReleased

MIDNIGHT = time(0, 0)


@dataclass(frozen=True, slots=True)
class Window:
    """Days before the session on which an audience may book: ``first_day`` 1 is the day before,
    ``last_day`` 7 a week before. ``channel_kind`` empty: every route of the audience."""

    audience: str
    first_day: int
    last_day: int
    channel_kind: str = ""


@dataclass(frozen=True, slots=True)
class Clocks:
    """At what time of day windows turn: ``release`` opens a day's numbers, ``cutoff`` ends booking
    for the next day (None: at midnight)."""

    release: time = MIDNIGHT
    cutoff: time | None = time(12, 0)


@dataclass(frozen=True, slots=True)
class OpenPool:
    """A pool as the rules see it: for whom it is kept, and when its rest falls to everyone."""

    id: int
    code: str
    falls_at: datetime | None = None


def local(day: date, clock: time, zone: ZoneInfo) -> datetime:
    """The instant of a wall-clock time in the city."""
    return datetime.combine(day, clock, tzinfo=zone)


def opens_at(day: date, window: Window, clocks: Clocks, zone: ZoneInfo) -> datetime:
    """The instant at which a session of ``day`` becomes bookable through the window."""
    return local(day - timedelta(days=window.last_day), clocks.release, zone)


def closes_at(day: date, starts_at: datetime, window: Window, clocks: Clocks, zone: ZoneInfo) -> datetime:
    """The instant from which a session of ``day`` is no longer bookable through the window.

    A window that reaches the session's own day ends when the session starts; one that ends the day
    before ends at the cut-off; one that ends earlier ends when the next window's numbers are released.
    """
    if window.first_day <= 0:
        return starts_at
    if window.first_day == 1:
        if clocks.cutoff is None:
            return local(day, MIDNIGHT, zone)
        return local(day - timedelta(days=1), clocks.cutoff, zone)
    return local(day - timedelta(days=window.first_day - 1), clocks.release, zone)


def windows_for(windows: Sequence[Window], audience: str, channel_kind: str) -> list[Window]:
    """The windows that an actor may use: the community may also book with the public. A window of
    the route's own kind replaces the audience's general one."""
    audiences = (Audience.COMMUNITY, Audience.PUBLIC) if audience == Audience.COMMUNITY else (Audience.PUBLIC,)
    chosen: list[Window] = []
    for name in audiences:
        of_audience = [w for w in windows if w.audience == name]
        own = [w for w in of_audience if w.channel_kind == channel_kind]
        chosen += own or [w for w in of_audience if not w.channel_kind]
    return chosen


def admissible_pools(
    *,
    day: date,
    starts_at: datetime,
    windows: Sequence[Window],
    clocks: Clocks,
    pools: Sequence[OpenPool],
    audience: str,
    channel_kind: str,
    at: datetime,
    zone: ZoneInfo,
) -> list[int]:
    """Pools from which a request may take a number at ``at``, in the order to try them.

    A pool kept for the actor's audience or channel kind comes first, the general pool after it.

    Raises:
        NotOpenToAudience: no window is open to this audience and channel kind at all.
        NotYetReleased: every window is still to come; ``opens_at`` tells when.
        BookingClosed: the windows have passed.
    """
    usable = windows_for(windows, audience, channel_kind)
    if not usable:
        raise NotOpenToAudience(where=f"{day}")
    open_now = [w for w in usable if opens_at(day, w, clocks, zone) <= at < closes_at(day, starts_at, w, clocks, zone)]
    if not open_now:
        coming = [opens_at(day, w, clocks, zone) for w in usable if opens_at(day, w, clocks, zone) > at]
        if coming:
            raise NotYetReleased(where=f"{day}", opens_at=min(coming).isoformat())
        raise BookingClosed(where=f"{day}")
    audiences = {w.audience for w in open_now}
    reserved = {pool.code for pool in pools}
    chosen = [pool.id for pool in pools if pool.code == channel_kind and Audience.PUBLIC in audiences]
    if audience == Audience.COMMUNITY:
        chosen += [pool.id for pool in pools if pool.code == Audience.COMMUNITY]
    if Audience.PUBLIC in audiences or (Audience.COMMUNITY in audiences and Audience.COMMUNITY not in reserved):
        chosen += [pool.id for pool in pools if pool.code == Audience.PUBLIC]
    if not chosen:
        raise NotOpenToAudience(where=f"{day}")
    return chosen


def cancel_deadline(day: date, *, days_before: int, clock: time, zone: ZoneInfo) -> datetime:
    """The last instant at which a patient may cancel without a word from the hospital."""
    return local(day - timedelta(days=days_before), clock, zone)
