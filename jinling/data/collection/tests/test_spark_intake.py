"""Intake with JINLING_ENGINE=spark://…: the same outcome as without, from the same verb."""

from __future__ import annotations

import pytest

from jinling.data.collection import public as collection
from jinling.data.collection.models import Submission
from jinling.data.collection.queries import manifest
from jinling.data.collection.rejections import as_plain, rows_of
from jinling.data.collection.testing import BY, a_row, an_institution, as_csv
from jinling.data.collection.usecases import intake as collection_intake
from jinling.engine.tests.cluster import cluster, executors

pytestmark = [pytest.mark.cluster, pytest.mark.django_db]
CODE = "H_YL_MZ_MEDICAL_RECORD"
__all__ = ["cluster"]


def test_a_file_ends_alike_on_two_workers(cluster, tmp_path, own_home, monkeypatch):
    hospital = an_institution()
    data_set = collection.catalogue().find(CODE)
    rows = [a_row(data_set, number, hospital.code) for number in range(300)]
    rows += [a_row(data_set, 1000 + number, hospital.code, SSY="5") for number in range(7)]
    rows += [rows[0], a_row(data_set, 1, hospital.code, HZXM="another")]
    path = tmp_path / "visits.csv"
    path.write_bytes(as_csv(CODE, rows))
    told = []
    for engine in ("duckdb", cluster.sparkContext.master):
        assert engine == "duckdb" or (engine.startswith("spark://") and executors(cluster) == 2)
        monkeypatch.setenv("JINLING_ENGINE", engine)
        one = collection_intake.ingest(by=BY, file=path, data_set=CODE, organization=hospital.code)
        assert one.state == "stored" and not one.repeated
        paths = sorted(manifest.current_parts(data_sets=[CODE]).values_list("path", flat=True))
        kept = sorted(manifest.lake().rows(paths, ["JZLSH", "HZXM"]))
        counts = (one.received, one.accepted, one.rejected, one.duplicates, one.rejected_by_rule)
        told.append((counts, kept, [as_plain(row) for row in rows_of(one.submission)]))
        forget(tmp_path)
    assert told[0] == told[1]
    assert told[0][0][:4] == (309, 299, 9, 1)


def forget(tmp_path) -> None:
    """As if nothing had been sent."""
    from jinling.data.collection.models import Part, PartDay, Rejection, RejectionCount

    for model in (PartDay, Part, Rejection, RejectionCount, Submission):
        model.objects.all().delete()
