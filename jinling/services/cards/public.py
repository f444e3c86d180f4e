"""The face of cards."""

from jinling.services.cards.queries import batch_of, by_number, card_by_id, cards_of, latest_batches, own_batch, shown
from jinling.services.cards.rules.life import CardKind
from jinling.services.cards.usecases.batches import issue_from_sheet
from jinling.services.cards.usecases.codes import present, scan
from jinling.services.cards.usecases.life import (
    VERBS,
    apply,
    cancel,
    issue,
    replace,
    report_lost,
)
from jinling.services.cards.values import NewCard

__all__ = [
    "VERBS",
    "CardKind",
    "NewCard",
    "apply",
    "batch_of",
    "by_number",
    "cancel",
    "card_by_id",
    "cards_of",
    "issue",
    "issue_from_sheet",
    "latest_batches",
    "own_batch",
    "present",
    "replace",
    "report_lost",
    "scan",
    "shown",
]
