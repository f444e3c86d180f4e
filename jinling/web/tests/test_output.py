"""A file that a command writes is there whole, or not at all."""

from __future__ import annotations

import pytest

from jinling.web.output import OutputRefused, whole_file


def test_the_old_file_stands_until_the_new_one_is_whole(tmp_path):
    place = tmp_path / "form.csv"
    place.write_text("old")
    with whole_file(place) as draft:
        draft.write_text("new")
        assert place.read_text() == "old"
    assert place.read_text() == "new" and [one.name for one in tmp_path.iterdir()] == ["form.csv"]


@pytest.mark.parametrize("where", ["", "nowhere/form.csv"])
def test_a_place_that_cannot_be_written_is_refused(tmp_path, where):
    with pytest.raises(OutputRefused), whole_file(tmp_path / where):
        raise AssertionError("nothing is to be written")
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize("error", [FileNotFoundError(2, "gone", "/lake/part.parquet"), ValueError("x")])
def test_what_could_not_be_read_is_not_taken_for_the_file(tmp_path, error):
    with pytest.raises(type(error)), whole_file(tmp_path / "form.csv") as draft:
        draft.write_text("half")
        raise error
    assert list(tmp_path.iterdir()) == []
