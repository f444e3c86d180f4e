"""Who acts, in what role, for which purpose and through which channel."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Literal

ActorKind = Literal["system", "account", "client", "device"]
Audience = Literal["public", "community"]


@dataclass(frozen=True, slots=True)
class Actor:
    """The one who carries out a use case; every verb takes it as ``by``.

    ``id`` is an account's or client's opaque id, never a person's identifier. ``purpose`` is an
    HL7 v3 ActReason code or a local one (BOOKING, HOTLINE, STATS, SUPERVISION). ``channel`` is the
    way by which the act comes in: web, system, replay, or the code of a client's own, which is the
    booking route of one that books. ``patient`` is the patient's id when a citizen acts on their
    own record.
    """

    kind: ActorKind
    id: str
    role: str
    purpose: str = "HOPERAT"
    organization: str = ""
    channel: str = ""
    audience: Audience = "public"
    request_id: str = ""
    patient: str = ""

    @property
    def ref(self) -> str:
        """The actor as it is kept in a row: ``kind/id``, at most 60 characters."""
        return f"{self.kind}/{self.id}"

    def acting_for(self, purpose: str) -> Actor:
        """The same actor with another purpose of use."""
        return replace(self, purpose=purpose)


def system(name: str, *, purpose: str = "HSYSADMIN", channel: str = "system") -> Actor:
    """The platform itself: jobs, replays and installers."""
    return Actor(kind="system", id=name, role="system", purpose=purpose, channel=channel)
