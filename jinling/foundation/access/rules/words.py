"""What names of accounts and clients may be, so that they read well in the audit and on the terminal."""

from __future__ import annotations

import re

_NAME = re.compile(r"[\w.@+-]+")
LONGEST_USERNAME, LONGEST_CODE, LONGEST_LABEL, LONGEST_ORGANIZATION = 150, 40, 100, 40


def is_name(text: str, *, longest: int) -> bool:
    """Whether the text is a name: letters, digits and ``. @ + - _`` without spaces, not longer than ``longest``."""
    return len(text) <= longest and _NAME.fullmatch(text) is not None
