"""The fair draw: anyone can recompute it from its receipt.

Before requests are taken, the SHA-256 of a secret seed is published. After the window closes, each
ticket's place is SHA-256(seed : ticket id), lowest first; the seed and the tickets make the receipt.
"""

from __future__ import annotations

import hashlib
from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any, NamedTuple

from jinling.services.scheduling.rules.kinds import DrawState, TicketOutcome

VERSION = 1


def commitment(seed: str) -> str:
    """What is published before: the SHA-256 of the seed, in hex."""
    return hashlib.sha256(seed.encode()).hexdigest()


def draw_state(*, opens_at: datetime, closes_at: datetime, drawn: bool, at: datetime) -> DrawState:
    """How far a draw has come at an instant."""
    if drawn:
        return DrawState.DRAWN
    return DrawState.BEFORE if at < opens_at else DrawState.OPEN if at < closes_at else DrawState.CLOSED


def ranking(seed: str, tickets: Sequence[str]) -> list[str]:
    """Tickets in drawn order. The order in which they came does not matter."""
    return sorted(set(tickets), key=lambda ticket: (hashlib.sha256(f"{seed}:{ticket}".encode()).digest(), ticket))


def tickets_root(tickets: Sequence[str]) -> str:
    """A fingerprint of who took part: SHA-256 over the sorted ticket ids, one a line."""
    return hashlib.sha256("\n".join(sorted(set(tickets))).encode()).hexdigest()


def receipt(
    *,
    draw: str,
    session: int,
    numbers: int,
    published: str,
    seed: str,
    tickets: Sequence[str],
    outcomes: Mapping[str, str],
) -> dict[str, Any]:
    """The receipt: everything that is needed to draw again, no person in it."""
    order = ranking(seed, tickets)
    return {
        "version": VERSION,
        "draw": draw,
        "session": session,
        "numbers": numbers,
        "commitment": published,
        "seed": seed,
        "tickets": len(order),
        "tickets_root": tickets_root(tickets),
        "ranking": [{"ticket": ticket, "outcome": outcomes.get(ticket, TicketOutcome.NOT_DRAWN)} for ticket in order],
    }


class Fault(NamedTuple):
    """What does not hold in a receipt: a msgid and the values of its fields."""

    text: str
    fields: Mapping[str, Any] = {}

    def __str__(self) -> str:
        return self.text % self.fields if self.fields else self.text


def check_receipt(data: Any, *, published: str | None = None) -> list[Fault]:
    """Draw again from a receipt; returns what does not hold (empty: the draw was as published).

    ``published`` is the commitment that the caller noted before the draw, when they did.
    """
    required = {"version", "draw", "session", "numbers", "commitment", "seed", "tickets", "tickets_root", "ranking"}
    if not isinstance(data, dict) or not required <= set(data):
        missing = sorted(required - set(data) if isinstance(data, dict) else required)
        return [Fault("The file is not the receipt of a draw; it lacks %(missing)s.", {"missing": ", ".join(missing)})]
    if (
        not isinstance(data["ranking"], list)
        or not all(
            isinstance(row, dict) and isinstance(row.get("ticket"), str) and isinstance(row.get("outcome"), str)
            for row in data["ranking"]
        )
        or not isinstance(data["numbers"], int)
        or not isinstance(data["seed"], str)
    ):
        return [Fault("The receipt's fields are not of their kinds.")]
    problems: list[Fault] = []
    if data["version"] != VERSION:
        problems.append(Fault("Version %(version)s of the receipt is not known.", {"version": data["version"]}))
    if commitment(data["seed"]) != data["commitment"]:
        problems.append(Fault("The seed does not match the commitment."))
    if published is not None and published.lower() != data["commitment"]:
        problems.append(Fault("The commitment is not the one that was published."))
    tickets = [row["ticket"] for row in data["ranking"]]
    if len(set(tickets)) != len(tickets):
        problems.append(Fault("A ticket stands twice."))
    if data["tickets"] != len(tickets):
        problems.append(Fault("The count of tickets does not match."))
    if tickets_root(tickets) != data["tickets_root"]:
        problems.append(Fault("Tickets were added or removed: their fingerprint does not match."))
    if ranking(data["seed"], tickets) != tickets:
        problems.append(Fault("The order is not the drawn order."))
    won = [row["outcome"] == TicketOutcome.WON for row in data["ranking"]]
    if sum(won) > data["numbers"]:
        problems.append(Fault("More tickets won than there were numbers."))
    # A ticket may be passed over only for a stated refusal, never skipped.
    if True in won:
        last_winner = len(won) - 1 - won[::-1].index(True)
        for row in data["ranking"][:last_winner]:
            if row["outcome"] == TicketOutcome.NOT_DRAWN:
                problems.append(Fault("Ticket %(ticket)s was passed over.", {"ticket": row["ticket"]}))
    elif tickets and data["numbers"] > 0 and all(row["outcome"] == TicketOutcome.NOT_DRAWN for row in data["ranking"]):
        problems.append(Fault("No ticket was drawn although there were numbers."))
    if sum(won) < data["numbers"] and any(row["outcome"] == TicketOutcome.NOT_DRAWN for row in data["ranking"]):
        problems.append(Fault("Numbers were left although tickets were not drawn."))
    return problems
