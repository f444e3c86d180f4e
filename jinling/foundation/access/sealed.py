"""What access keeps sealed."""

from __future__ import annotations

from jinling.kernel.sockets import SealedColumn

SEALED = [
    SealedColumn(
        "access.Account",
        "mobile_sealed",
        lambda row: f"access.account.mobile/{row.pk}",
        {"mobile_index": lambda row, text: (text, "mobile")},
    ),
]
