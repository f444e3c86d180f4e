"""What messaging keeps sealed."""

from __future__ import annotations

from jinling.kernel.sockets import SealedColumn

SEALED = [
    SealedColumn("messaging.Message", "address_sealed", lambda row: f"messaging.message.address/{row.pk}"),
    SealedColumn("messaging.Message", "text_sealed", lambda row: f"messaging.message.text/{row.pk}"),
]
