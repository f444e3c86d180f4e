"""A data set that has one of everything, rows for it, and helpers that run files through the engine."""

from __future__ import annotations

import csv
import datetime as dt
import io
from decimal import Decimal
from pathlib import Path

from hypothesis import strategies as st

from jinling.engine.check.result import Checked
from jinling.engine.check.rules import Receipt
from jinling.engine.check.runner import check
from jinling.engine.duck import connect, listed
from jinling.engine.intake.reception import Received, receive
from jinling.engine.intake.segments import Limits
from jinling.engine.spec import Column, DataSet, Format, Rule

TODAY = dt.date(2018, 5, 31)
RECEIPT = Receipt(TODAY, ("999", "998"))
CITIZEN = "11010519491231002X"


def column(name: str, form: str, **more) -> Column:
    """A column whose title is the name in another spelling."""
    return Column(name, f"T-{name}", Format.parse(form), **more)


EVERYTHING = DataSet(
    code="T_EVERYTHING",
    title="One of everything",
    institution="ORG",
    key=("ORG", "ID"),
    event_date="SEEN",
    columns=(
        column("ORG", "AN..22", required=True),
        column("ID", "AN..12", required=True),
        column("NAME", "AN..4", required=True),
        column("SEX", "AN..1", values={"0": "?", "1": "m", "2": "f", "9": "-"}),
        column("CITIZEN", "AN18", check="resident_id"),
        column("BORN", "D8"),
        column("SEEN", "DT15", required=True),
        column("LEFT", "DT15"),
        column("NEXT", "D8", future=True),
        column("POST", "AN6", pattern="[0-9]{6}"),
        column("AGE", "N..3", low=Decimal(0), high=Decimal(150)),
        column("HIGH", "N..3"),
        column("LOW", "N..3"),
        column("PRICE", "N..8,2"),
        column("COUNT", "N..6,1"),
        column("AMOUNT", "N..12,2"),
        column("PART", "N..12,2"),
        column("KIND", "AN..2", values={"01": "card", "02": "other"}),
        column("DOC", "AN..20"),
        column("CODE", "AN..5"),
        column("WORD", "AN..5"),
        column("OTHER", "AN..5"),
        column("NOTE", "AN..60"),
    ),
    rules=(
        Rule("order", ("BORN", "SEEN")),
        Rule("order", ("SEEN", "LEFT")),
        Rule("greater", ("HIGH", "LOW")),
        Rule("at_most", ("LOW", "AGE")),
        Rule("within", ("AMOUNT", "PRICE", "PART"), tolerance=Decimal("0.05")),
        Rule("product", ("PRICE", "COUNT", "AMOUNT"), tolerance=Decimal("0.05")),
        Rule("together", ("CODE", "WORD")),
        Rule("required_when", ("SEX", "NOTE"), when=("9",)),
        Rule("differ", ("CODE", "OTHER")),
        Rule("id_birth", ("CITIZEN", "BORN")),
        Rule("id_sex", ("CITIZEN", "SEX")),
        Rule("identity", ("KIND", "DOC"), when=("01",)),
    ),
)

GOOD = {"ORG": "426010135", "ID": "1", "NAME": "张三", "SEEN": "20180501T083000"}

# What cells of hospitals look like, and what they must not look like.
_texts = st.text(st.characters(exclude_categories=("Cs",), exclude_characters="\0"), max_size=6)
_days = st.one_of(
    st.dates(dt.date(1870, 1, 1), dt.date(2020, 1, 1)).map("{:%Y%m%d}".format),
    st.dates(dt.date(1870, 1, 1), dt.date(2020, 1, 1)).map("{:%Y-%m-%d}".format),
    st.sampled_from(
        [
            "20180230",
            "2018-5-1",
            "2018051",
            " 20180501",
            "20180501 ",
            "00000000",
            "2018/05/01",
            "43221",
            "２０１８０５０１",
            "20180501\n",
            "99991231",
            "18-05-01",
            "2018-05-1",
            "-2018051",
        ]
    ),
)
_instants = st.one_of(
    st.datetimes(dt.datetime(1870, 1, 1), dt.datetime(2020, 1, 1)).map("{:%Y%m%dT%H%M%S}".format),
    st.datetimes(dt.datetime(1870, 1, 1), dt.datetime(2020, 1, 1)).map("{:%Y-%m-%d %H:%M:%S}".format),
    st.sampled_from(
        [
            "20180501T240000",
            "20180501T08300",
            " 20180501T08300",
            "2018-05-01  8:30:00",
            "20180501",
            "2018-05-01 08:30:00.5",
            "20180501t083000",
            "2018-05-01T08:30:00",
        ]
    ),
)
_numbers = st.one_of(
    st.integers(-200, 2000).map(str),
    st.decimals(-100, 10_000, places=2).map("{:f}".format),
    st.sampled_from(
        ["1e3", "+5", "5.", ".5", "-0", "007", "1,5", "１２", "NaN", "inf", " 5", "5 ", "0x10", "--5", "1_000", "-"]
    ),
)


def _citizens() -> st.SearchStrategy[str]:
    def whole(first: str) -> str:
        return first + "10X98765432"[sum(int(d) * pow(2, 17 - i, 11) for i, d in enumerate(first)) % 11]

    valid = st.tuples(st.dates(dt.date(1870, 1, 1), dt.date(2019, 1, 1)), st.integers(0, 999)).map(
        lambda pair: whole(f"320106{pair[0]:%Y%m%d}{pair[1]:03}")
    )
    return st.one_of(
        valid,
        st.sampled_from(
            [
                CITIZEN,
                CITIZEN.lower(),
                "3.20106E+17",
                "320106490112001",
                CITIZEN[:-1] + "1",
                "３２０１０６１９９００１０１００１４",
                CITIZEN + "\n",
            ]
        ),
    )


def _cells(one: Column) -> st.SearchStrategy[str]:
    if one.name in ("CITIZEN", "DOC"):
        return st.one_of(_citizens(), _texts)
    if one.format.kind == "day":
        return _days
    if one.format.kind == "instant":
        return _instants
    if one.format.kind == "number":
        return _numbers
    if one.values:
        return st.one_of(st.sampled_from([*one.values, "3", " 1", "1 "]), _texts)
    if one.name == "ORG":
        return st.sampled_from(["426010135", "426010136", "999", "426010135 "])
    return st.one_of(
        st.sampled_from(
            [
                "a",
                "张三",
                " b",
                "210000",
                "21000",
                "E+",
                "1.2E+11",
                "𠮷野家",
                "=1+1",
                "a,b",
                'say "x"',
                "two\nlines",
                "\r\n",
                "'",
                "\\",
                "\t",
            ]
        ),
        _texts,
    )


rows = st.lists(
    st.fixed_dictionaries({one.name: st.one_of(st.just(""), _cells(one), _cells(one)) for one in EVERYTHING.columns}),
    min_size=1,
    max_size=25,
)
mostly_good = st.lists(
    st.fixed_dictionaries({}, optional={one.name: _cells(one) for one in EVERYTHING.columns}).map(
        lambda some: {**GOOD, **dict(list(some.items())[:2])}
    ),
    min_size=1,
    max_size=25,
)


def as_csv(rows: list[dict[str, str]], names: tuple[str, ...] = EVERYTHING.names, **dialect) -> bytes:
    """Rows as a CSV file with a header."""
    text = io.StringIO()
    writer = csv.writer(text, **{"lineterminator": "\n", **dialect})
    writer.writerow(names)
    writer.writerows([row.get(name, "") for name in names] for row in rows)
    return text.getvalue().encode("utf-8")


def run(
    path: Path,
    folder: Path,
    data_set: DataSet = EVERYTHING,
    receipt: Receipt = RECEIPT,
    *,
    limits: Limits | None = None,
    workers: int = 1,
) -> tuple[Received, Checked]:
    """A file through reception and checks."""
    received = receive(path, data_set, folder / "segments", limits=limits)
    return received, check(received, data_set, receipt, folder / "checked", limits=limits, workers=workers)


def read(paths: list[Path], what: str = "*", order: str = "_row") -> list[tuple]:
    """Rows of Parquet files."""
    if not paths:
        return []
    with connect() as database:
        return database.execute(f"SELECT {what} FROM read_parquet({listed(paths)}) ORDER BY {order}").fetchall()
