"""What becomes of rows that were sent before: repeated, corrected, contradicting."""

from __future__ import annotations

from pathlib import Path

import pytest

from jinling.engine.check.conflicts import reject
from jinling.engine.lake.parts import Lake
from jinling.engine.lake.settling import KEY_CONFLICT, Settled
from jinling.engine.tests.samples import EVERYTHING, GOOD, as_csv, read, run

ORG = GOOD["ORG"]


class Platform:
    """A lake and a manifest in memory."""

    def __init__(self, folder: Path) -> None:
        self.folder, self.lake, self.current, self.count = folder, Lake(folder / "lake"), [], 0

    def send(self, rows: list[dict[str, str]]) -> Settled:
        self.count += 1
        work = self.folder / f"work{self.count}"
        work.mkdir()
        (work / "file.csv").write_bytes(as_csv(rows))
        received, done = run(work / "file.csv", work)
        settled = self.lake.settle(
            done.parts, EVERYTHING, institution=ORG, submission=f"s{self.count}", current=self.current
        )
        if settled.conflicts:
            self.rejected = reject(received, EVERYTHING, settled.conflicts, KEY_CONFLICT, work / "checked")
        gone = set(settled.replaced)
        self.current = [path for path in self.current if path not in gone]
        self.current += [part.path for part in settled.replaced.values() if part]
        self.current += [part.path for part in settled.added]
        return settled

    def names(self) -> dict[str, str]:
        return dict(read([self.lake.root / path for path in self.current], '"ID", "NAME"', '"ID"'))


@pytest.fixture
def platform(tmp_path):
    return Platform(tmp_path)


def row(number: int, name: str = "a", **more: str) -> dict[str, str]:
    return {**GOOD, "ID": str(number), "NAME": name, **more}


def test_new_rows_are_stored_by_month(platform):
    settled = platform.send([row(1), row(2, SEEN="20180401T000000"), row(3, SEEN="20180531T235959")])
    assert {(part.period, part.rows) for part in settled.added} == {("2018-05", 2), ("2018-04", 1)}
    assert all(
        part.path.startswith(f"T_EVERYTHING/period={part.period}/institution={ORG}/s1-") for part in settled.added
    )
    assert platform.names() == {"1": "a", "2": "a", "3": "a"}


def test_a_row_sent_twice_in_one_file_counts_once(platform):
    settled = platform.send([row(1), row(2), row(1), row(1)])
    assert (settled.stored, settled.duplicates, settled.conflicts) == (2, 2, [])
    assert read([platform.lake.root / platform.current[0]], "_row") == [(2,), (3,)]


def test_rows_that_contradict_each_other_are_all_rejected_with_their_texts(platform):
    settled = platform.send([row(1, "a"), row(2), row(1, "b"), row(2)])
    assert settled.conflicts == [2, 4]
    assert (settled.stored, settled.duplicates) == (1, 1)
    assert platform.names() == {"2": "a"}
    assert platform.rejected.rules == {("key_conflict", "ID"): 2}
    assert read(platform.rejected.rejected, '_row, "ID", "NAME"') == [(2, "1", "a"), (4, "1", "b")]
    assert read(platform.rejected.findings, "_row, rule, value") == [(2, "key_conflict", "1"), (4, "key_conflict", "1")]


def test_a_row_that_is_stored_already_is_known(platform):
    platform.send([row(1), row(2)])
    settled = platform.send([row(2), row(3)])
    assert (settled.stored, settled.known, settled.corrections, settled.replaced) == (1, 1, 0, {})
    assert platform.names() == {"1": "a", "2": "a", "3": "a"}


def test_a_corrected_row_replaces_the_earlier_one_and_the_earlier_part_stays_readable(platform):
    platform.send([row(1), row(2)])
    before = list(platform.current)
    settled = platform.send([row(2, "b")])
    assert (settled.stored, settled.known, settled.corrections) == (1, 0, 1)
    assert list(settled.replaced) == before
    assert platform.names() == {"1": "a", "2": "b"}
    assert dict(read([platform.lake.root / path for path in before], '"ID", "NAME"')) == {"1": "a", "2": "a"}


def test_a_correction_may_move_a_row_to_another_month(platform):
    platform.send([row(1)])
    settled = platform.send([row(1, SEEN="20180401T000000")])
    assert list(settled.replaced.values()) == [None]
    assert [part.period for part in settled.added] == ["2018-04"]
    assert platform.names() == {"1": "a"}


def test_a_second_try_of_the_same_submission_ends_the_same(platform):
    platform.send([row(1), row(2)])
    platform.count -= 1
    current, platform.current = platform.current, []
    (platform.folder / "work1" / "file.csv").unlink()
    import shutil

    shutil.rmtree(platform.folder / "work1")
    platform.send([row(1), row(2)])
    assert platform.current == current
    assert platform.names() == {"1": "a", "2": "a"}


def test_files_that_no_manifest_names_are_swept(platform):
    settled = platform.send([row(1), row(2, SEEN="20180401T000000")])
    kept = settled.added[0].path
    assert platform.lake.sweep([kept], submission="s1") == 1
    assert platform.lake.sweep([kept], submission="s1") == 0
    assert platform.lake.count([kept]) == 1


def test_links_that_lead_nowhere_are_counted(platform):
    settled = platform.send([row(1, OTHER="7"), row(2, OTHER="1"), row(3)])
    paths = [part.path for part in settled.added]
    assert platform.lake.unlinked(paths, ["OTHER"], paths, ["ID"]) == (2, 1)
    assert platform.lake.unlinked(paths, ["OTHER"], [], ["ID"]) == (2, 2)
    assert platform.lake.unlinked([], ["OTHER"], paths, ["ID"]) == (0, 0)


def test_days_are_counted_for_the_calendar(platform):
    settled = platform.send([row(1), row(2), row(3, SEEN="20180502T000000")])
    assert [(f"{day}", rows) for day, rows in settled.added[0].days] == [("2018-05-01", 2), ("2018-05-02", 1)]
