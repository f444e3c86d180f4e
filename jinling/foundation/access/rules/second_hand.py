"""What takes a second hand: whoever asked for it, or whom it concerns, does not decide it, and it is decided once."""

from __future__ import annotations

from collections.abc import Collection

from jinling.foundation.access.rules.refusals import AlreadyDecided, OwnCase
from jinling.kernel.states import States

# An emergency access is judged once.
JUDGEMENT = States({"justify": {"open": "justified"}, "reject": {"open": "unjustified"}}, AlreadyDecided)


def ensure_second_hand(by: str, *, decided: bool, concerned: Collection[str], where: str = "") -> None:
    """Refuse a decision that ``by`` may not take.

    Args:
        concerned: ids of the accounts that asked for it, used it or gain by it.

    Raises:
        AlreadyDecided, OwnCase: as they say.
    """
    if decided:
        raise AlreadyDecided(where=where)
    if by in concerned:
        raise OwnCase(where=where)


def decision_of(by: str, *, decided: bool, concerned: Collection[str]) -> str:
    """What a page offers: ``decided`` (nothing), ``own`` (somebody else decides) or ``open``."""
    try:
        ensure_second_hand(by, decided=decided, concerned=concerned)
    except AlreadyDecided:
        return "decided"
    except OwnCase:
        return "own"
    return "open"
