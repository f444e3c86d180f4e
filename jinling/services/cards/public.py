"""The face of cards."""

from jinling.services.cards.queries import batch_of, by_number, cards_of, issuer_of, shown
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
    "cards_of",
    "issue",
    "issue_from_sheet",
    "issuer_of",
    "present",
    "replace",
    "report_lost",
    "scan",
    "shown",
]
