"""Who decides what takes a second hand."""

from __future__ import annotations

import pytest

from jinling.foundation.access.rules.refusals import AlreadyDecided, OwnCase
from jinling.foundation.access.rules.second_hand import decision_of, ensure_second_hand
from jinling.kernel.outcomes import Refused


@pytest.mark.parametrize(
    ("by", "decided", "offered", "refusal"),
    [
        ("other", False, "open", None),
        ("asker", False, "own", OwnCase),
        ("subject", False, "own", OwnCase),
        ("other", True, "decided", AlreadyDecided),
        ("asker", True, "decided", AlreadyDecided),
    ],
)
def test_a_page_offers_a_decision_if_and_only_if_it_may_be_taken(
    by: str, decided: bool, offered: str, refusal: type[Refused] | None
) -> None:
    concerned = ("asker", "subject")
    assert decision_of(by, decided=decided, concerned=concerned) == offered
    if refusal is None:
        ensure_second_hand(by, decided=decided, concerned=concerned)
    else:
        with pytest.raises(refusal):
            ensure_second_hand(by, decided=decided, concerned=concerned, where="x")
