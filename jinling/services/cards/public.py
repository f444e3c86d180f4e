"""The face of cards."""

from jinling.services.cards.events import CardChanged, CardsIssued
from jinling.services.cards.queries import batch_of, by_number, cards_of, issuer_of, shown, steps_of
from jinling.services.cards.rules.codes import CodeExpired, CodeInvalid, CodeUsed
from jinling.services.cards.rules.life import (
    GuardianMissing,
    HolderUnfit,
    HoldsOne,
    KindInvalid,
    OtherIssuer,
    StepRefused,
    UnknownCard,
)
from jinling.services.cards.usecases.batches import issue_from_sheet
from jinling.services.cards.usecases.codes import present, scan
from jinling.services.cards.usecases.life import (
    VERBS,
    activate,
    apply,
    cancel,
    hand_out,
    issue,
    issue_many,
    replace,
    report_found,
    report_lost,
)
from jinling.services.cards.values import NewCard, ReadCard, ShownCard

__all__ = [
    "VERBS",
    "CardChanged",
    "CardsIssued",
    "CodeExpired",
    "CodeInvalid",
    "CodeUsed",
    "GuardianMissing",
    "HolderUnfit",
    "HoldsOne",
    "KindInvalid",
    "NewCard",
    "OtherIssuer",
    "ReadCard",
    "ShownCard",
    "StepRefused",
    "UnknownCard",
    "activate",
    "apply",
    "batch_of",
    "by_number",
    "cancel",
    "cards_of",
    "hand_out",
    "issue",
    "issue_from_sheet",
    "issue_many",
    "issuer_of",
    "present",
    "replace",
    "report_found",
    "report_lost",
    "scan",
    "shown",
    "steps_of",
]
