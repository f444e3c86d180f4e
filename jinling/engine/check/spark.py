"""The same checks on a Spark cluster: the plan in Spark's words, over the rows that intake has read.

The file is read into cells here, once, by the same readers; the cluster judges the rows. What comes back is put into
the same files as DuckDB's, so that nothing further on knows which engine it was. The folder must be one that the
workers see too.
"""

from __future__ import annotations

import shutil
from pathlib import Path
from typing import Any

from jinling.engine.check.dialects import Spark
from jinling.engine.check.result import Checked
from jinling.engine.check.rules import ROW, Receipt, compile_checks
from jinling.engine.check.runner import as_texts, explain
from jinling.engine.duck import connect, cores, listed, literal
from jinling.engine.intake.reception import Received
from jinling.engine.spec import DataSet

SETTINGS = {
    "spark.sql.ansi.enabled": "true",
    "spark.sql.session.timeZone": "UTC",
    "spark.sql.legacy.timeParserPolicy": "CORRECTED",
    "spark.sql.shuffle.partitions": "8",
    "spark.ui.enabled": "false",
    "spark.driver.bindAddress": "127.0.0.1",
}


def session(master: str, **settings: str) -> Any:
    """A session on a cluster (``spark://host:port``), made once in a process."""
    from pyspark.sql import SparkSession

    builder = SparkSession.builder.master(master).appName("jinling checks")
    for name, value in {**SETTINGS, **settings}.items():
        builder = builder.config(name, value)
    return builder.getOrCreate()


def check(
    received: Received, data_set: DataSet, receipt: Receipt, folder: Path, *, master: str = "", spark: Any = None
) -> Checked:
    """Run the checks on a cluster; arguments and result as of ``runner.check``."""
    spark = spark or session(master)
    files, total, done = as_texts(received, data_set, folder)
    plan = compile_checks(data_set, Spark(), receipt)
    done.received += total
    if not files:
        return done
    accepted, bad = folder / "spark-accepted", folder / "spark-bad"
    spark.read.parquet(*map(str, files)).createOrReplaceTempView("texts")
    spark.sql(plan.accepted("texts")).write.mode("overwrite").parquet(str(accepted))
    spark.sql(plan.findings("texts")).write.mode("overwrite").parquet(str(bad))
    with connect(threads=cores(), memory="1000MB", spill=folder / "spill") as database:
        for place, path in enumerate(sorted(accepted.glob("part-*.parquet"))):
            # One file of the same make as DuckDB's, whatever the cluster's version of Parquet.
            part = folder / f"spark-{place:05}.parquet"
            database.execute(f"COPY (SELECT * FROM read_parquet({literal(path)})) TO {literal(part)} (FORMAT parquet)")
            rows = database.execute(f"SELECT count(*) FROM read_parquet({literal(part)})").fetchall()[0][0]
            if rows:
                done.parts.append(part)
                done.accepted += rows
            else:
                part.unlink()
        rejected = total - done.accepted
        if rejected:
            broken = listed(sorted(bad.glob("part-*.parquet")))
            database.execute(f"CREATE OR REPLACE TEMP TABLE _bad AS SELECT {ROW}, failed FROM read_parquet({broken})")
            database.execute(
                f"CREATE OR REPLACE TEMP TABLE _texts AS SELECT t.* FROM read_parquet({listed(files)}) t "
                f"SEMI JOIN _bad USING ({ROW})"
            )
            done.add(explain(database, plan, "_texts", folder, "spark", rejected))
    for path in (accepted, bad):
        shutil.rmtree(path)
    return done
