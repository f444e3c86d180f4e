"""What cards contribute to the bulletin, counted from cards issued."""

from __future__ import annotations

from typing import Any

from django.utils.translation import gettext_noop as _

from jinling.kernel.figures import Indicator
from jinling.kernel.periods import Span
from jinling.services.cards.queries import first_issue, issued_by_organization


def cards_issued(span: Span) -> dict[tuple[Any, ...], int]:
    """Cards issued within the span by (organisation id,)."""
    return {(issuer,): n for issuer, n in issued_by_organization(span.start, span.end).items()}


INDICATORS = [
    Indicator(
        "cards.issued",
        _("Cards issued by institution"),
        _("cards"),
        _(
            "Cards of every kind handed out within the month, by the time of issue, whatever became of them; a "
            "replacement is a card of its own."
        ),
        ("organization",),
        cards_issued,
        since=cards_issued,
        begins=first_issue,
    ),
]
