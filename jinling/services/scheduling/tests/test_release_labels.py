"""Release windows and their printed labels."""

from __future__ import annotations

import pytest
from hypothesis import given, strategies as st

from jinling.services.scheduling.rules.release_labels import ReleaseLabelUnknown, label_of, window_of

PUBLIC = {"一周": [1, 7], "第二周": [1, 14], "第二周前{n}天": [1, "7+n"], "未开放": None}
COMMUNITY = {"一周": [1, 7], "第二周": [8, 14], "第二周前{n}天": [8, "7+n"], "未开放": None}


@pytest.mark.parametrize(
    ("window", "labels", "label"),
    [
        ([1, 7], PUBLIC, "一周"),
        ([1, 13], PUBLIC, "第二周前6天"),
        ([1, 14], PUBLIC, "第二周"),
        (None, PUBLIC, "未开放"),
        ([8, 14], COMMUNITY, "第二周"),
        ([8, 11], COMMUNITY, "第二周前4天"),
        ([2, 14], COMMUNITY, None),
        ([1, 3], PUBLIC, None),
    ],
)
def test_a_window_prints_under_its_label(window: list[int] | None, labels: dict, label: str | None) -> None:
    assert label_of(window, labels) == label
    if label is not None:
        assert window_of(label, labels) == (tuple(window) if window else None)


def test_spaces_in_a_printed_label_do_not_matter() -> None:
    assert window_of("第二周前 6天", COMMUNITY) == (8, 13)


def test_an_unknown_label_is_no_window() -> None:
    with pytest.raises(ReleaseLabelUnknown):
        window_of("三周", PUBLIC)


@given(st.integers(1, 300))
def test_labels_read_back_to_their_windows(n: int) -> None:
    for labels, first in ((PUBLIC, 1), (COMMUNITY, 8)):
        label = label_of([first, 7 + n], labels)
        assert label is not None
        assert window_of(label, labels) == (first, 7 + n)
