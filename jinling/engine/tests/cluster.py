"""A Spark cluster for tests: a master and two workers, processes of their own, on the loopback."""

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

from jinling.engine.check import spark


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


def executors(session: Any) -> int:
    """How many executors, each in a worker of its own, the session has; waits for the second to report."""
    until = time.monotonic() + 60
    found = 0
    while found < 2 and time.monotonic() < until:
        # The driver is in the list too.
        found = session.sparkContext._jsc.sc().getExecutorMemoryStatus().size() - 1
        time.sleep(0.2)
    return found
