"""The same rows on a Spark cluster of two workers on this machine: the same rows accepted, the same rules broken."""

from __future__ import annotations

import os
import re
import socket
import subprocess
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings

from jinling.engine import spark
from jinling.engine.checking import check
from jinling.engine.reception import receive
from jinling.engine.tests.reference import judge
from jinling.engine.tests.samples import EVERYTHING, RECEIPT, as_csv, mostly_good, read, rows

pytestmark = pytest.mark.cluster


def free_port() -> int:
    with socket.socket() as one:
        one.bind(("127.0.0.1", 0))
        return int(one.getsockname()[1])


def wait_for(log: Path, text: str, count: int = 1) -> None:
    until = time.monotonic() + 90
    while time.monotonic() < until:
        if log.exists() and len(re.findall(text, log.read_text(errors="replace"))) >= count:
            return
        time.sleep(0.2)
    raise AssertionError(f"{log.name} never said {text}: {log.read_text(errors='replace')[-2000:]}")


@pytest.fixture(scope="module")
def cluster(tmp_path_factory) -> Iterator[Any]:
    """A master and two workers of their own processes, and a session on them."""
    import pyspark

    home, folder, port = Path(pyspark.__file__).parent, tmp_path_factory.mktemp("cluster"), free_port()
    launcher = f"{home}/bin/spark-class"
    environment = {**os.environ, "SPARK_HOME": str(home), "SPARK_LOCAL_IP": "127.0.0.1", "SPARK_DAEMON_MEMORY": "400m"}
    os.environ["SPARK_LOCAL_IP"] = "127.0.0.1"  # the driver too stays on the loopback
    started: list[subprocess.Popen[bytes]] = []

    def start(name: str, *arguments: str) -> Path:
        log = folder / f"{name}.log"
        with log.open("wb") as out:
            started.append(
                subprocess.Popen([launcher, *arguments], stdout=out, stderr=out, env=environment, cwd=folder)
            )
        return log

    running = None
    try:
        master = start(
            "master",
            "org.apache.spark.deploy.master.Master",
            "--host",
            "127.0.0.1",
            "--port",
            str(port),
            "--webui-port",
            str(free_port()),
        )
        wait_for(master, "New state: ALIVE")
        for number in (1, 2):
            start(
                f"worker{number}",
                "org.apache.spark.deploy.worker.Worker",
                "--host",
                "127.0.0.1",
                "--cores",
                "1",
                "--memory",
                "700m",
                "--webui-port",
                str(free_port()),
                "--work-dir",
                str(folder / f"work{number}"),
                f"spark://127.0.0.1:{port}",
            )
        wait_for(master, "Registering worker", 2)
        running = spark.session(
            f"spark://127.0.0.1:{port}",
            **{
                "spark.executor.memory": "512m",
                "spark.executor.cores": "1",
                "spark.driver.host": "127.0.0.1",
                "spark.sql.shuffle.partitions": "2",
                "spark.default.parallelism": "2",
            },
        )
        yield running
    finally:
        if running is not None:
            running.stop()
        for one in started:
            one.terminate()
        for one in started:
            one.wait(20)


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
    hosts = cluster.sparkContext.parallelize(range(8), 8).map(lambda _: os.getppid()).distinct().count()
    assert hosts >= 1
    assert cluster.conf.get("spark.sql.ansi.enabled") == "true"


@settings(max_examples=3, deadline=None, suppress_health_check=list(HealthCheck))
@given(table=rows)
def test_wild_rows_end_alike(table, cluster, tmp_path_factory):
    both(table, tmp_path_factory.mktemp("both"), cluster)


@settings(max_examples=3, deadline=None, suppress_health_check=list(HealthCheck))
@given(table=mostly_good)
def test_rows_with_one_or_two_faults_end_alike(table, cluster, tmp_path_factory):
    both(table, tmp_path_factory.mktemp("both"), cluster)
