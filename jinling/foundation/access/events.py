"""What happened in access."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class EmergencyOpened:
    """Somebody looked past the relation that is normally needed."""

    emergency: str
    account: str
    organization: str
    patient: str
    ends_at: str


@dataclass(frozen=True, slots=True)
class ConsentChanged:
    """A patient gave or withdrew a word about sharing."""

    consent: str
    patient: str
    decision: str
    withdrawn: bool
