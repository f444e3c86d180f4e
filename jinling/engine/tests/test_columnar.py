"""Plain segments against the query and the reference: the same rows, the same values, whichever way they are read."""

from __future__ import annotations

import csv
import tempfile
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings, strategies as st

from jinling.engine.check import columnar
from jinling.engine.intake.segments import Limits
from jinling.engine.tests.reference import judge
from jinling.engine.tests.samples import EVERYTHING, GOOD, RECEIPT, as_csv, mostly_good, read, rows, run

PLAIN = str.maketrans("", "", '"\r\n|')


def both_ways(table: list[dict[str, str]], limits: Limits | None = None) -> None:
    """The rows unquoted, where Arrow reads them, and quoted, where they go through the query row by row."""
    table = [{name: cell.translate(PLAIN) for name, cell in row.items()} for row in table]
    with tempfile.TemporaryDirectory() as name:
        found = []
        for way, quoting in (("plain", csv.QUOTE_NONE), ("quoted", csv.QUOTE_ALL)):
            folder = Path(name) / way
            folder.mkdir()
            path = folder / "rows.csv"
            path.write_bytes(as_csv(table, delimiter="|", quoting=quoting, quotechar='"' if quoting else None))
            received, done = run(path, folder, limits=limits)
            assert {segment.safe for segment in received.segments} == {way == "plain"}
            assert (len(received.segments) > 1) == (limits is not None)
            assert done.received == done.accepted + done.rejected_rows == len(table)
            order = '_row, rule, "column"'
            found.append((read(done.parts), read(done.rejected), read(done.findings, order=order), done.rules))
        assert found[0] == found[1]
    good = [not judge(EVERYTHING, RECEIPT, {name: cell or None for name, cell in row.items()}) for row in table]
    assert [row[0] for row in found[0][0]] == [place + 2 for place, fine in enumerate(good) if fine]


@settings(max_examples=12, deadline=None, suppress_health_check=list(HealthCheck))
@given(rows, st.sampled_from([1, 8]))
def test_wild_rows_end_alike(table, times):
    both_ways(table * times)


@settings(max_examples=15, deadline=None, suppress_health_check=list(HealthCheck))
@given(mostly_good, st.sampled_from([1, 8]))
def test_rows_with_one_or_two_faults_end_alike(table, times):
    both_ways(table * times)


def test_dictionaries_too_large_to_stand_side_by_side(monkeypatch):
    monkeypatch.setattr(columnar, "SMALL", 1)
    both_ways(
        [{**GOOD, "ID": str(number), "AGE": str(number % 3 * 100), "SEX": "129x"[number % 4]} for number in range(64)]
    )


def test_texts_met_in_an_earlier_segment_are_judged_as_there(monkeypatch):
    from jinling.engine.intake import segmenting

    monkeypatch.setattr(segmenting, "BLOCK", 4096)
    some = [
        {"AGE": str(number % 3 * 100), "SEX": "129x"[number % 4], "BORN": f"201{number // 300}01{1 + number % 40:02}"}
        for number in range(900)
    ]
    both_ways([{**GOOD, "ID": str(place), **cells} for place, cells in enumerate(some)], Limits(segment_bytes=8_000))


@pytest.mark.parametrize("ends", ["\n", "\r\n"])
def test_segments_stay_in_the_received_file(tmp_path, ends):
    path = tmp_path / "rows.csv"
    table = [{**GOOD, "ID": f"{number:05}"} for number in range(3000)]
    path.write_bytes(b"\xef\xbb\xbf" + as_csv(table, lineterminator=ends).rstrip(b"\r\n"))
    received, done = run(path, tmp_path, limits=Limits(segment_bytes=10_000))
    assert [segment.path for segment in received.segments] == [path, path]
    assert sorted(item.suffix for item in (tmp_path / "segments").iterdir()) == []
    assert (done.accepted, done.received) == (3000, 3000)
    assert [row for (row,) in read(done.parts, "_row")] == list(range(2, 3002))
    assert done.in_order


def test_order_is_not_claimed_where_keys_come_twice(tmp_path):
    path = tmp_path / "rows.csv"
    path.write_bytes(as_csv([{**GOOD, "ID": one} for one in ("1", "2", "2", "3")]))
    _, done = run(path, tmp_path)
    assert done.accepted == 4 and not done.in_order


def test_a_late_change_to_gb18030_moves_the_text_into_a_copy(tmp_path, monkeypatch):
    from jinling.engine.intake import segmenting

    monkeypatch.setattr(segmenting, "BLOCK", 4096)
    table = [{**GOOD, "ID": f"{number:05}", "NAME": "AN"} for number in range(400)] + [
        {**GOOD, "ID": "x", "NAME": "张三"}
    ]
    path = tmp_path / "rows.csv"
    path.write_bytes(as_csv(table).decode().encode("gb18030"))
    received, done = run(path, tmp_path)
    assert received.encoding == "gb18030" and path not in [segment.path for segment in received.segments]
    assert done.accepted == 401
    assert read(done.parts, '"NAME"')[-1] == ("张三",)


def test_lines_are_counted_through_blocks_and_empty_stretches(tmp_path, monkeypatch):
    from jinling.engine.intake import segmenting
    from jinling.engine.intake.refusals import NulInText

    monkeypatch.setattr(segmenting, "BLOCK", 4096)
    head, *body = as_csv([{**GOOD, "ID": f"{number:05}", "NAME": "AN"} for number in range(400)]).split(b"\n")[:-1]
    path, limits = tmp_path / "rows.csv", Limits(segment_bytes=10_000)
    path.write_bytes(b"\n".join([head, *[b""] * 20_000, *body, b""]))
    _, done = run(path, tmp_path, limits=limits)
    assert [row for (row,) in read(done.parts, "_row")] == list(range(20_002, 20_402))
    path.write_bytes(b"\n".join([head, *body, b"a\0b"]))
    with pytest.raises(NulInText) as caught:
        run(path, tmp_path / "again", limits=limits)
    assert caught.value.fields["line"] == 402
