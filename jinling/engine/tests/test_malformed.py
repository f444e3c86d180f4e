"""Every file of the corpus: refused by name, or taken in with each row accounted for. Never a crash, never half."""

from __future__ import annotations

import resource

import pytest

from jinling.engine.intake.refusals import ALL, FileRefused
from jinling.engine.tests.corpus import CASES, Case
from jinling.engine.tests.samples import read, run


def test_the_corpus_is_large_enough():
    named = [case for case in CASES if case.expect != "rows" or case.rules]
    assert len(named) >= 60 and len(CASES) >= 120
    assert len({case.name for case in CASES}) == len(CASES)
    assert {case.expect for case in CASES} <= {*ALL, "rows"}


@pytest.mark.parametrize("case", CASES, ids=[case.name for case in CASES])
def test_each_file_has_a_named_end(case: Case, tmp_path):
    path = tmp_path / "file"
    path.write_bytes(case.make())
    before = sorted(item.name for item in tmp_path.iterdir())
    try:
        received, done = run(path, tmp_path / "work")
    except FileRefused as refused:
        assert refused.code == case.expect, refused.message()
        assert refused.mend
        assert sorted(item.name for item in tmp_path.iterdir()) == sorted(
            {*before, *(["work"] if (tmp_path / "work").exists() else [])}
        )
        assert not list((tmp_path / "work").glob("checked/*.parquet")) or case.expect == "quote_unclosed"
        return
    assert case.expect == "rows", f"taken in: {done}"
    assert done.accepted == case.accepted == len(read(done.parts, "_row"))
    assert done.received == done.accepted + done.rejected_rows
    assert {rule for rule, _ in done.rules} == set(case.rules)
    assert len(read(done.rejected, "_row")) == done.rejected_rows
    assert received.sha256 and received.size == path.stat().st_size


def test_the_server_itself_stays_small(tmp_path):
    # Bombs and lies about sizes are opened in children or counted as they unpack.
    assert resource.getrusage(resource.RUSAGE_SELF).ru_maxrss < 2_000_000
