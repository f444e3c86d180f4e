"""What cards keep sealed."""

from __future__ import annotations

from jinling.kernel.sockets import SealedColumn
from jinling.services.cards.queries import number_place

SEALED = [
    SealedColumn(
        "cards.Card",
        "number_sealed",
        lambda row: number_place(row.pk),
        {"number_index": lambda row, text: (text, "card")},
    ),
]
