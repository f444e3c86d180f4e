"""Rows per second from a delimited file to checked, split and stored rows, beside the limit and a peer.

One file of laboratory reports: 10 million rows, 25 columns, one row in a hundred with a fault. Measured in processes of
their own, one after the other: ``wc -l``, a plain DuckDB copy of the file to Parquet (the limit: no check, no split),
reception and checks and comparison with the store as ``jinling ingest`` does them (without the database's own
transactions), and pandera with the same rules over a piece of the file (the peer). The copy and the store write alike:
Parquet with snappy and dictionaries, a row group for some 100,000 to 200,000 rows.
"""

from __future__ import annotations

import json
import os
import resource
import shutil
import subprocess
import sys
import tempfile
import time
from pathlib import Path

from benchmarks import Figure

TITLE = "Intake of a large file"
BY_NAME_ONLY = True  # some minutes, and 4 GB of disk
ROWS = int(os.environ.get("JINLING_BENCH_ROWS", "10000000"))
PEER_ROWS = 2_000_000
CODE = "H_LIS_REPORT"
COLUMNS = (
    "YLJGDM", "BGDH", "BGRQ", "JZLSH", "MZZYBZ", "KH", "KLX", "BRXM", "BRXB", "BRNL", "SQRGH", "SQRXM", "BGRGH",
    "BGRXM", "SHRGH", "SHRXM", "SQKS", "SQKSMC", "SQRQ", "CJRQ", "JYRQ", "BBDM", "BBMC", "MJ", "XGBZ",
)  # fmt: skip
_DAY = "strftime(DATE '2018-05-01' + (i * 31 // {rows})::INT, '%Y%m%d')"
CELLS = {
    "YLJGDM": "'32010100'",
    "BGDH": "'B' || lpad(i::VARCHAR, 10, '0')",
    "BGRQ": _DAY,
    "JZLSH": "'V' || (i // 3)::VARCHAR",
    "MZZYBZ": "(1 + hash(i) % 2)::VARCHAR",
    "KH": "'K' || lpad((hash(i + 1) % 100000000)::VARCHAR, 9, '0')",
    "KLX": "(hash(i + 2) % 3)::VARCHAR",
    "BRXM": "['AN', 'CHEN', 'WU', 'OUYANG'][(1 + hash(i + 3) % 4)::INT]",
    "BRXB": "CASE WHEN i % 100 = 7 THEN '5' ELSE (1 + hash(i + 4) % 2)::VARCHAR END",
    "BRNL": "(hash(i + 5) % 100)::VARCHAR",
    "SQRGH": "(1000 + hash(i + 6) % 8999)::VARCHAR",
    "SQRXM": "['ZHAO', 'QIAN'][(1 + hash(i + 7) % 2)::INT]",
    "BGRGH": "(1000 + hash(i + 8) % 8999)::VARCHAR",
    "BGRXM": "['SUN', 'ZHOU'][(1 + hash(i + 9) % 2)::INT]",
    "SHRGH": "(1000 + hash(i + 10) % 8999)::VARCHAR",
    "SHRXM": "['LI', 'WANG'][(1 + hash(i + 11) % 2)::INT]",
    "SQKS": "(10 + hash(i + 12) % 89)::VARCHAR",
    "SQKSMC": "['CARDIOLOGY', 'SURGERY'][(1 + hash(i + 13) % 2)::INT]",
    "SQRQ": _DAY,
    "CJRQ": _DAY,
    "JYRQ": _DAY,
    "BBDM": "(10 + hash(i + 14) % 89)::VARCHAR",
    "BBMC": "['SERUM', 'BLOOD', 'URINE'][(1 + hash(i + 15) % 3)::INT]",
    "MJ": "(hash(i + 16) % 2)::VARCHAR",
    "XGBZ": "'0'",
}


def run() -> list[Figure]:
    """Measure all four; the ratios are what carries over to other machines."""
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        file = folder / "reports.csv"
        write_file(file, ROWS)
        size = file.stat().st_size / 1e9
        shown = f"{ROWS:,} rows x {len(COLUMNS)} columns, {size:.2f} GB"
        lines = min(_timed(["wc", "-l", str(file)])[0] for _ in range(2))
        limits, ours = [], []
        for turn in range(2):  # in turns, so that both meet the machine in the same mood
            limits.append(_child("limit", file, folder / f"limit{turn}"))
            ours.append(_child("ours", file, folder / f"ours{turn}"))
        limit, mine = min(limits, key=lambda one: one["seconds"]), min(ours, key=lambda one: one["seconds"])
        peer = _child("peer", file, folder / "peer")
    rate, ratio = ROWS / mine["seconds"], limit["seconds"] / mine["seconds"]
    figures = [
        Figure("wc -l", f"{ROWS / lines:,.0f} rows/s", shown),
        Figure(
            "DuckDB: copy the file to Parquet",
            f"{ROWS / limit['seconds']:,.0f} rows/s",
            "the limit: no check, no split",
        ),
        Figure(
            "receive, check, split, store",
            f"{rate:,.0f} rows/s",
            f"{ratio:.2f} of the limit (goal 0.8); {mine['rules']} rules, {mine['rejected']:,} rows rejected",
        ),
        Figure(
            "  of which reception (checksum, encoding, segments)",
            f"{mine['reception']:.1f} s",
            f"of {mine['seconds']:.1f} s",
        ),
        Figure(
            "  processor time of both cores",
            f"{mine['cpu']:.1f} s",
            f"{limit['cpu'] / mine['cpu']:.2f} of the limit: the plain copy took {limit['cpu']:.1f} s",
        ),
        Figure("  of which comparison with file and store", f"{mine['settling']:.1f} s", f"of {mine['seconds']:.1f} s"),
        Figure("peak memory", f"{mine['memory']:,.0f} MiB", "goal: below 2,048 MiB whatever the size"),
    ]
    if "error" in peer:
        return [*figures, Figure("pandera", "not measured", peer["error"])]
    against = f"{rate / peer['rate']:.0f} times slower than the above (goal 20), {PEER_ROWS:,} rows, same rules"
    return [*figures, Figure("pandera", f"{peer['rate']:,.0f} rows/s", against)]


def write_file(path: Path, rows: int) -> None:
    """The file to be taken in."""
    from jinling.engine.duck import connect, literal

    cells = ", ".join(f"{CELLS[name].format(rows=rows)} AS {name}" for name in COLUMNS)
    with connect(threads=2, memory="1500MB") as database:
        database.execute("SET preserve_insertion_order = false")
        database.execute(f"COPY (SELECT {cells} FROM range({rows}) r(i)) TO {literal(path)} (HEADER, DELIMITER ',')")


def _timed(command: list[str]) -> tuple[float, bytes]:
    started = time.perf_counter()
    done = subprocess.run(command, check=True, capture_output=True)
    return time.perf_counter() - started, done.stdout


def _child(what: str, file: Path, folder: Path) -> dict[str, float]:
    folder.mkdir()
    done = _timed([sys.executable, "-m", "benchmarks.ingest", what, str(file), str(folder)])[1]
    shutil.rmtree(folder)
    return json.loads(done.splitlines()[-1])


def limit(file: Path, folder: Path) -> dict[str, float]:
    """The copy that checks nothing."""
    import duckdb

    database = duckdb.connect(config={"threads": 2, "memory_limit": "1500MB"})
    database.execute("SET preserve_insertion_order = false")
    started = time.perf_counter()
    busy = time.process_time()
    database.execute(f"COPY (SELECT * FROM read_csv('{file}')) TO '{folder}/copy.parquet' (FORMAT parquet)")
    return {"seconds": time.perf_counter() - started, "cpu": time.process_time() - busy}


def ours(file: Path, folder: Path) -> dict[str, float]:
    """What ``jinling ingest`` does with a file, short of the database."""
    import datetime

    import pyarrow

    from jinling.data.collection.catalogue.reading import catalogue
    from jinling.engine.check.dialects import DuckDB
    from jinling.engine.check.rules import Receipt, compile_checks
    from jinling.engine.check.runner import check
    from jinling.engine.intake.reception import receive
    from jinling.engine.lake.parts import Lake

    data_set, receipt = catalogue().find(CODE), Receipt(datetime.date(2018, 5, 31), ("NJ0002",))
    pyarrow.array([0])  # the first array looks for pandas; a running service has that behind it
    started, busy = time.perf_counter(), time.process_time()
    received = receive(file, data_set, folder / "segments")
    took_in = time.perf_counter()
    checked = check(received, data_set, receipt, folder / "checked")
    judged = time.perf_counter()
    settled = Lake(folder / "lake").settle(
        checked.parts, data_set, institution="32010100", submission="one", current=[], in_order=checked.in_order
    )
    ended, busied = time.perf_counter(), time.process_time()
    assert settled.stored + checked.rejected_rows == ROWS, (settled.stored, checked.rejected_rows)
    names = set(COLUMNS)
    rules = sum(one.column in names for one in compile_checks(data_set, DuckDB(), receipt).checks)
    return {
        "seconds": ended - started,
        "cpu": busied - busy,
        "reception": took_in - started,
        "settling": ended - judged,
        "rejected": checked.rejected_rows,
        "rules": rules,
        "memory": resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024,
    }


def peer(file: Path, folder: Path) -> dict[str, float | str]:
    """The same rules in pandera over the first rows of the file."""
    try:
        import pandas
        import pandera.pandas as pandera
    except ImportError as error:
        return {"error": f"pandera's pandas is not installed ({error.name})"}
    from jinling.data.collection.catalogue.reading import catalogue
    from jinling.engine.check.rules import number_pattern

    data_set = catalogue().find(CODE)
    columns = {}
    for name in COLUMNS:
        column = data_set.by_name[name]
        checks = []
        if column.values:
            checks.append(pandera.Check.isin(list(column.values)))
        elif column.format.kind == "text":
            checks.append(pandera.Check.str_length(max_value=column.format.length))
        elif column.format.kind == "number":
            checks += [
                pandera.Check.str_matches(f"^{number_pattern(column)}$"),
                pandera.Check(lambda cells: pandas.to_numeric(cells, errors="coerce").between(0, 150)),
            ]
        else:
            checks += [
                pandera.Check(lambda cells: pandas.to_datetime(cells, format="%Y%m%d", errors="coerce").notna()),
                pandera.Check(
                    lambda cells: pandas.to_datetime(cells, format="%Y%m%d", errors="coerce").between(
                        "1880-01-01", "2018-05-31"
                    )
                ),
            ]
        columns[name] = pandera.Column(str, checks, nullable=not column.required)
    across = [
        pandera.Check(lambda rows, a=a, b=b: rows[a] <= rows[b])
        for a, b in (("SQRQ", "CJRQ"), ("CJRQ", "JYRQ"), ("JYRQ", "BGRQ"))
    ]
    across.append(pandera.Check(lambda rows: rows["SQKS"].isna() | rows["SQKSMC"].notna()))
    schema = pandera.DataFrameSchema(columns, checks=across, unique=["YLJGDM", "BGDH", "BGRQ"])
    started = time.perf_counter()
    rows = pandas.read_csv(file, dtype=str, nrows=PEER_ROWS)
    try:
        schema.validate(rows, lazy=True)
    except pandera.errors.SchemaErrors as errors:
        bad = errors.failure_cases["index"].dropna().unique()
        rows.drop(index=bad).to_parquet(folder / "good.parquet")
    return {"rate": PEER_ROWS / (time.perf_counter() - started)}


if __name__ == "__main__":
    print(json.dumps(globals()[sys.argv[1]](Path(sys.argv[2]), Path(sys.argv[3]))))
