"""The same rows on a Spark cluster of two workers on this machine: the same rows accepted, the same rules broken."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings

from jinling.engine.check import spark
from jinling.engine.check.runner import check
from jinling.engine.intake.reception import receive
from jinling.engine.tests.cluster import cluster, executors
from jinling.engine.tests.reference import judge
from jinling.engine.tests.samples import EVERYTHING, RECEIPT, as_csv, mostly_good, read, rows

pytestmark = pytest.mark.cluster
__all__ = ["cluster"]


def both(table: list[dict[str, str]], folder: Path, cluster: Any) -> None:
    path = folder / "rows.csv"
    path.write_bytes(as_csv(table, quoting=1))
    received = receive(path, EVERYTHING, folder / "segments")
    duck = check(received, EVERYTHING, RECEIPT, folder / "duck", workers=1)
    other = spark.check(received, EVERYTHING, RECEIPT, folder / "spark", spark=cluster)
    assert (duck.received, duck.accepted, duck.rejected_rows) == (other.received, other.accepted, other.rejected_rows)
    assert read(duck.parts) == read(other.parts)
    assert read(duck.rejected) == read(other.rejected)
    order = '_row, rule, "column"'
    assert read(duck.findings, order=order) == read(other.findings, order=order)
    assert duck.rules == other.rules
    good = sum(not judge(EVERYTHING, RECEIPT, {name: cell or None for name, cell in row.items()}) for row in table)
    assert other.accepted == good


def test_two_workers_are_there(cluster):
    assert cluster.sparkContext.master.startswith("spark://127.0.0.1:")
    assert executors(cluster) == 2
    assert cluster.conf.get("spark.sql.ansi.enabled") == "true"


@settings(max_examples=3, deadline=None, suppress_health_check=list(HealthCheck))
@given(table=rows)
def test_wild_rows_end_alike(table, cluster, tmp_path_factory):
    both(table, tmp_path_factory.mktemp("both"), cluster)


@settings(max_examples=3, deadline=None, suppress_health_check=list(HealthCheck))
@given(table=mostly_good)
def test_rows_with_one_or_two_faults_end_alike(table, cluster, tmp_path_factory):
    both(table, tmp_path_factory.mktemp("both"), cluster)
