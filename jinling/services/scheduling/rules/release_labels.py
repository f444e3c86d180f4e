"""Release windows and the words by which a bulletin prints them."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence

from jinling.kernel.outcomes import Invalid

Window = tuple[int, int] | None
_GROWING = re.compile(r"^\s*(\d+)\s*\+\s*n\s*$")


class ReleaseLabelUnknown(Invalid):
    """Printed words that no label of the city pack means."""

    code = "release_label_unknown"
    text = "No release window is printed so."
    mend = "Write a window as release_labels of the city pack does."


def label_of(window: Sequence[int] | None, labels: Mapping[str, Sequence[int | str] | None]) -> str | None:
    """The label under which a window prints, or None when no label fits.

    Args:
        window: first and last day counted from today (1 is tomorrow); None is not open.
        labels: one audience of the pack's ``release_labels``; a last day ``"7+n"`` fits any n from 1.
    """
    wanted = tuple(window) if window is not None else None
    for label, shape in labels.items():
        if shape is None or wanted is None:
            if shape is None and wanted is None:
                return label
            continue
        first, last = shape
        growing = _GROWING.match(str(last))
        if growing and first == wanted[0] and wanted[1] > int(growing[1]):
            return label.replace("{n}", str(wanted[1] - int(growing[1])))
        if not growing and (first, last) == wanted:
            return label
    return None


def window_of(label: str, labels: Mapping[str, Sequence[int | str] | None], *, where: str = "") -> Window:
    """The window that a printed label means: ``label_of`` read backwards.

    Raises:
        ReleaseLabelUnknown: no label of the audience reads so.
    """
    compact = "".join(label.split())
    for known, shape in labels.items():
        pattern = re.escape("".join(known.split())).replace(r"\{n\}", r"(\d+)")
        found = re.fullmatch(pattern, compact)
        if not found:
            continue
        if shape is None:
            return None
        growing = _GROWING.match(str(shape[1]))
        last = int(growing[1]) + int(found[1]) if growing else int(shape[1])
        return int(shape[0]), last
    raise ReleaseLabelUnknown(where=where or label)
