"""Plain segments, the many: Arrow reads the cells and writes the part, DuckDB judges what must be judged in between.

Nothing is asked twice. Where a column repeats itself (days, codes, names of wards) each different text is judged and
read once; where it does not, its lengths and beginnings as a whole prove most rules; what is left, above all rules
across columns, is asked of every row. The truths are the plan's own, so the answer is that of the plain query; tests
hold the two, the reference in Python and Spark together.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from pathlib import Path

import duckdb
import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.csv
import pyarrow.parquet

from jinling.engine.check.rules import ROW, Check, Plan, condition
from jinling.engine.intake.headers import Header
from jinling.engine.intake.segments import Segment
from jinling.engine.spec import Column, Format

SAMPLE = 1 << 20  # bytes of text that tell which columns repeat themselves
SMALL = 16_384  # dictionaries up to this size are judged together
BLOCK = 2 << 20
# Beyond this a column's dictionary in the file costs more than it saves.
DICTIONARY_BYTES = 128 << 10
if "jemalloc" in pa.supported_memory_backends():
    # Segment after segment needs the same memory: other pools hand it back in between and pay for every page anew.
    pa.set_memory_pool(pa.jemalloc_memory_pool())


@dataclass
class Judged:
    """The bad rows: ``_row`` and the texts of every declared column, rows ascending; None where there are none.

    ``ascending`` names the key columns whose cells strictly ascend, with their first and last.
    """

    bad: pa.Table | None
    ascending: dict[str, tuple[str, str]]


# Of a column that repeats itself: different texts, whether each passes, and what days or numbers they say.
Answer = tuple[pa.Array, pa.Array, pa.Array | None]


def judge(
    database: duckdb.DuckDBPyConnection,
    plan: Plan,
    segment: Segment,
    header: Header,
    part: Path,
    answers: dict[str, Answer],
) -> Judged | None:
    """Write the good rows of a safe segment to ``part``, if there are any.

    Args:
        answers: by column, what segments of the same plan have shown; this one's are put in their place.

    Returns:
        None where the lines turn out not to be rows of the header's width; then nothing is written.
    """
    cells = _cells(segment, header)
    if cells is None:
        return None
    look = _Look(database, plan, cells, segment, answers)
    bad = look.bad()
    places = pa.array([row - segment.first for row in bad], pa.int64())
    if len(bad) < segment.lines:
        stored = _without(look.stored, places) if bad else look.stored
        never = {ROW, *(column.name for column in plan.data_set.columns if column.required)}
        fields = [pa.field(name, kept.type, nullable=name not in never) for name, kept in stored.items()]
        good = pa.table(list(stored.values()), schema=pa.schema(fields))
        numbers = [column.name for column in plan.data_set.columns if column.format.kind != "text"]
        pyarrow.parquet.write_table(
            good,
            part,
            dictionary_pagesize_limit=DICTIONARY_BYTES,
            row_group_size=1 << 20,
            write_statistics=[ROW, *plan.data_set.key, *(name for name in numbers if name not in plan.data_set.key)],
            store_schema=False,
        )
    return Judged(look.texts(places) if bad else None, look.ascending())


@dataclass
class _Coded:
    """A column that repeats itself: its different texts, and which of them stands in each row."""

    column: Column
    texts: pa.DictionaryArray


@dataclass
class _Look:
    """The columns of one segment: read, judged one by one, and then across."""

    database: duckdb.DuckDBPyConnection
    plan: Plan
    cells: pa.Table
    segment: Segment
    answers: dict[str, Answer]
    stored: dict[str, pa.Array] = field(default_factory=dict)
    _known: dict[str, pa.Array] = field(default_factory=dict)
    _failed: pa.Array | None = None
    _open: list[Check] = field(default_factory=list)

    def __post_init__(self) -> None:
        lines = self.segment.lines
        self._known[ROW] = pa.arange(self.segment.first, self.segment.first + lines).cast(pa.int32())
        self.stored[ROW] = self._known[ROW]
        small: list[_Coded] = []
        given = set(self.cells.column_names)
        for column in self.plan.data_set.columns:
            name = column.name
            self.stored[name] = pa.nulls(0)  # keeps the declared order
            texts = _whole(self.cells.column(name)) if name in given else pa.nulls(lines, pa.string())
            self._known[name] = texts
            if texts.null_count == lines:
                self._keep(column, texts, pa.nulls(lines, arrow_type(column.format)))
                self._open += [check for check in self.plan.single[name] if check.rule == "required"]
            elif pa.types.is_dictionary(texts.type):
                coded = _Coded(column, texts)
                if len(coded.texts.dictionary) <= SMALL:
                    small.append(coded)
                else:
                    self._once([coded])
            else:
                read = None if column.format.kind == "text" else self._read(column, texts)
                self._keep(column, texts, read)
                self._open += [check for check in self.plan.single[name] if not _proven(check, texts)]
        if small:
            self._once(small)

    def bad(self) -> list[int]:
        """Numbers of the rows that break any rule."""
        asked = [*self._open, *(check for check in self.plan.checks if not check.single)]
        found: set[int] = set()
        if self._failed is not None:
            found.update(self._known[ROW].filter(self._failed).to_pylist())
        if asked:
            query = f"SELECT {ROW} FROM _segment WHERE NOT ({condition(asked)})"
            found.update(self._ask("_segment", self._known, query).to_pylist())
        return sorted(found)

    def texts(self, places: pa.Array) -> pa.Table:
        """Some rows as they were written, a text for every declared column."""
        return pa.table({name: self._known[name].take(places) for name in (ROW, *self.plan.data_set.names)})

    def ascending(self) -> dict[str, tuple[str, str]]:
        """Key columns of text whose cells strictly ascend from row to row: no two rows share such a key."""
        found: dict[str, tuple[str, str]] = {}
        for name in self.plan.data_set.key:
            texts = self._known[name]
            if pa.types.is_dictionary(texts.type) or texts.null_count:
                continue
            if all(texts[at].as_py() < texts[at + 1].as_py() for at in range(min(3, len(texts) - 1))) and (
                pc.all(pc.less(texts.slice(0, len(texts) - 1), texts.slice(1))).as_py() is not False
            ):
                found[name] = (texts[0].as_py(), texts[-1].as_py())
        return found

    def _once(self, columns: list[_Coded]) -> None:
        """Judge and read the different texts of some columns: those not met before in one query, side by side."""
        unmet = [one for one in columns if not self._met(one)]
        if not unmet:
            return
        longest = max(len(one.texts.dictionary) for one in unmet)
        side = {
            one.column.name: pa.concat_arrays(
                [one.texts.dictionary, pa.nulls(longest - len(one.texts.dictionary), pa.string())]
            )
            for one in unmet
        }
        typed = [one.column for one in unmet if one.column.format.kind != "text"]
        values = "".join(f", {self.plan.value(column)} AS v_{column.name}" for column in typed)
        asked = ", ".join(f"{condition(self.plan.single[name])} AS ok_{name}" for name in side)
        shown = "".join(f", v_{column.name}" for column in typed)
        found = self._table("_side", side, f"SELECT {asked}{shown} FROM (SELECT *{values} FROM _side)")
        for one in unmet:
            name, texts = one.column.name, one.texts.dictionary
            passes = _whole(found.column(f"ok_{name}")).slice(0, len(texts))
            says = _whole(found.column(f"v_{name}")).slice(0, len(texts)) if one.column in typed else None
            if len(texts) <= SMALL:
                self.answers[name] = (texts, passes, says)
            self._answered(one, passes, says)

    def _met(self, one: _Coded) -> bool:
        """Answer a column from what another segment has shown, if all its texts came there."""
        known = self.answers.get(one.column.name)
        if known is None:
            return False
        texts, passes, says = known
        places = pc.index_in(one.texts.dictionary, value_set=texts)
        if places.null_count:
            return False
        self._answered(one, passes.take(places), None if says is None else says.take(places))
        return True

    def _answered(self, one: _Coded, passes: pa.Array, says: pa.Array | None) -> None:
        """Give every row of a column what its text was found to be."""
        places = one.texts.indices
        if not pc.all(passes).as_py():
            self._fail(pc.invert(passes).take(places).fill_null(False))
        if one.texts.null_count and any(check.rule == "required" for check in self.plan.single[one.column.name]):
            self._fail(places.is_null())
        self._keep(one.column, one.texts, None if says is None else says.take(places))

    def _keep(self, column: Column, texts: pa.Array, value: pa.Array | None) -> None:
        if column.format.kind == "text":
            self.stored[column.name] = texts
        else:
            assert value is not None
            self._known[f"v_{column.name}"] = self.stored[column.name] = value.cast(arrow_type(column.format))

    def _fail(self, rows: pa.Array) -> None:
        self._failed = rows if self._failed is None else pc.or_(self._failed, rows)

    def _read(self, column: Column, texts: pa.Array) -> pa.Array:
        """The days, instants or numbers that the cells say, in the plan's words."""
        return self._ask("_texts", {column.name: texts}, f"SELECT {self.plan.value(column)} FROM _texts")

    def _ask(self, name: str, columns: dict[str, pa.Array], query: str) -> pa.Array:
        return _whole(self._table(name, columns, query).column(0))

    def _table(self, name: str, columns: dict[str, pa.Array], query: str) -> pa.Table:
        self.database.register(name, pa.table(columns))
        try:
            return self.database.sql(query).to_arrow_table()
        finally:
            self.database.unregister(name)


def _cells(segment: Segment, header: Header) -> pa.Table | None:
    """Every cell as it is written, an empty one missing; columns that repeat themselves as dictionaries."""
    size = segment.size or segment.path.stat().st_size
    with pa.OSFile(str(segment.path)) as file:
        file.seek(segment.offset + max(0, (size - SAMPLE) // 2))
        lines = file.read(min(size, SAMPLE))
        try:
            # The sample begins and ends somewhere in a row.
            whole = lines[lines.find(b"\n") + 1 : lines.rfind(b"\n") + 1] or lines
            sample = _read_csv(pa.BufferReader(whole), header, {}, segment.ascii)
            coded = [name for name in sample.column_names if len(sample.column(name).unique()) * 4 <= sample.num_rows]
            types = dict.fromkeys(coded, pa.dictionary(pa.int32(), pa.string()))
            table = _read_csv(file.get_stream(segment.offset, size), header, types, segment.ascii)
        except pa.ArrowInvalid:
            return None
    return table if table.num_rows == segment.lines else None  # an empty line is passed over


def _read_csv(text: pa.NativeFile, header: Header, types: dict[str, pa.DataType], ascii: bool) -> pa.Table:
    """Delimited text without quotation marks; cells are strings where ``types`` says nothing else.

    Text that is known to be ASCII is not asked again, cell by cell, whether it is UTF-8.

    Raises:
        ArrowInvalid: a line has more or fewer cells than the header, or is no UTF-8.
    """
    names = [name or f"_skip{place}" for place, name in enumerate(header.names)]
    wanted = [name for name in header.names if name]
    return pyarrow.csv.read_csv(
        text,
        pyarrow.csv.ReadOptions(column_names=names, block_size=BLOCK, use_threads=False),
        pyarrow.csv.ParseOptions(
            delimiter=header.delimiter, quote_char=False, double_quote=False, ignore_empty_lines=True
        ),
        pyarrow.csv.ConvertOptions(
            column_types={**dict.fromkeys(wanted, pa.string()), **types},
            include_columns=wanted,
            strings_can_be_null=True,
            null_values=[""],
            check_utf8=not ascii,
        ),
    )


def _whole(column: pa.Array | pa.ChunkedArray) -> pa.Array:
    """A column in one piece."""
    if not isinstance(column, pa.ChunkedArray):
        return column
    if pa.types.is_dictionary(column.type):
        column = column.unify_dictionaries()
    joined = column.combine_chunks()
    return joined.chunk(0) if isinstance(joined, pa.ChunkedArray) else joined


def _proven(check: Check, texts: pa.Array) -> bool:
    """Whether the column as a whole shows that a single check passes in every row."""
    if check.rule == "required" and texts.null_count:
        return False
    if check.bytes >= 0:
        return bool(pc.max(pc.binary_length(texts)).as_py() <= check.bytes)
    if check.prefix:
        return not pc.any(pc.starts_with(texts, check.prefix)).as_py()
    if check.part:
        return not pc.any(pc.match_substring(texts, check.part)).as_py()
    return check.rule == "required"


def _without(columns: dict[str, pa.Array], places: pa.Array) -> dict[str, pa.Array]:
    """Columns without some of their rows."""
    kept = pc.invert(pc.is_in(pa.arange(0, len(columns[ROW])), value_set=places))
    left = len(kept) - len(places)
    # One by one: a table at once would be gathered row by row, a column is copied in runs.
    return {
        name: column.slice(0, left) if column.null_count == len(column) else column.filter(kept)
        for name, column in columns.items()
    }


def arrow_type(form: Format) -> pa.DataType:
    """How a column of a format is stored."""
    if form.kind == "day":
        return pa.date32()
    if form.kind == "instant":
        return pa.timestamp("us")
    if form.kind == "number":
        return pa.decimal128(form.length, form.decimals)
    return pa.string()
