"""Weights for pairs of person records."""

from __future__ import annotations

import logging
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    import duckdb

COLUMNS = (
    "unique_id",
    "name",
    "pinyin",
    "surname",
    "birth_date",
    "sex",
    "mobile",
    "district",
    "resident_id",
    "numbers",
    "mother",
)
# Which pairs are looked at. Everything else would be a comparison of strangers.
BLOCKING = (
    "l.resident_id = r.resident_id",
    "l.pinyin = r.pinyin AND l.birth_date = r.birth_date",
    "l.mobile = r.mobile",
    "l.mother = r.mother AND l.birth_date = r.birth_date",
    "l.birth_date = r.birth_date AND l.surname = r.surname AND l.district = r.district",
    "l.pinyin = r.pinyin AND l.district = r.district AND substr(l.birth_date, 1, 7) = substr(r.birth_date, 1, 7)",
    "l.pinyin = r.pinyin AND l.district = r.district AND substr(l.birth_date, 6) = substr(r.birth_date, 6)",
    "l.pinyin = r.pinyin AND substr(l.birth_date, 1, 4) = substr(r.birth_date, 1, 4)"
    " AND substr(l.birth_date, 6, 2) = substr(r.birth_date, 9, 2)"
    " AND substr(l.birth_date, 9, 2) = substr(r.birth_date, 6, 2)",
)
# Any of the numbers that both may share: lists are taken apart for it.
SHARED_NUMBER = {"blocking_rule": "l.numbers = r.numbers", "sql_dialect": "duckdb", "arrays_to_explode": ["numbers"]}
LEARNING_PAIRS = 2000  # fewer pairs that share a number teach less than the stated frequencies


@dataclass(frozen=True, slots=True)
class Candidate:
    """Two records (``left`` < ``right``) and log2 of the odds that they are one person."""

    left: str
    right: str
    weight: float


def _level(sql: str, label: str, m: float, *, frequent: str = "") -> dict[str, Any]:
    level: dict[str, Any] = {"sql_condition": sql, "label_for_charts": label, "m_probability": m}
    if frequent:  # agreement on a rare value says more than on a common one
        level |= {"tf_adjustment_column": frequent, "tf_minimum_u_value": 0.000001, "tf_adjustment_weight": 1.0}
    return level


def _comparison(column: str, levels: Sequence[dict[str, Any]], last: float) -> dict[str, Any]:
    null = {
        "sql_condition": f'"{column}_l" IS NULL OR "{column}_r" IS NULL',
        "label_for_charts": "missing",
        "is_null_level": True,
    }
    return {
        "output_column_name": column,
        "comparison_description": column,
        "comparison_levels": [
            null,
            *levels,
            {"sql_condition": "ELSE", "label_for_charts": "else", "m_probability": last},
        ],
    }


def _comparisons() -> list[Any]:
    digits = "replace(birth_date_{side}, '-', '')"
    return [
        _comparison(
            "name",
            [
                _level("name_l = name_r", "same", 0.92, frequent="name"),
                _level("pinyin_l = pinyin_r", "sounds the same", 0.05),
                _level(
                    "levenshtein(name_l, name_r) <= 1 AND length(name_l) >= 2 AND surname_l = surname_r",
                    "one character differs",
                    0.02,
                ),
                _level("surname_l = surname_r", "same surname", 0.005),
            ],
            0.005,
        ),
        _comparison(
            "birth_date",
            [
                _level("birth_date_l = birth_date_r", "same", 0.96),
                _level(
                    f"damerau_levenshtein({digits.format(side='l')}, {digits.format(side='r')}) <= 1"
                    " OR (substr(birth_date_l, 1, 4) = substr(birth_date_r, 1, 4)"
                    " AND substr(birth_date_l, 6, 2) = substr(birth_date_r, 9, 2)"
                    " AND substr(birth_date_l, 9, 2) = substr(birth_date_r, 6, 2))",
                    "one slip",
                    0.035,
                ),
            ],
            0.005,
        ),
        _comparison("sex", [_level("sex_l = sex_r", "same", 0.99)], 0.01),
        _comparison(
            "mobile",
            [
                _level("mobile_l = mobile_r", "same", 0.8, frequent="mobile"),
                _level("damerau_levenshtein(mobile_l, mobile_r) <= 1", "one slip", 0.02),
            ],
            0.18,
        ),
        _comparison("district", [_level("district_l = district_r", "same", 0.9, frequent="district")], 0.1),
    ]


def weigh(
    columns: Mapping[str, Sequence[Any]],
    *,
    seed: int = 1,
    least: float = -5.0,
    sampled_pairs: float = 5e6,
    memory: str = "2GB",
) -> Iterator[Candidate]:
    """Weights of all pairs worth a look.

    Args:
        columns: ``COLUMNS``, equally long, missing values None. ``name`` is folded, ``surname`` its
            reading, ``birth_date`` ISO text, ``numbers`` a list of any other numbers that both may share.
        seed: of the sample from which chance agreement is estimated.
        least: pairs below this log2 odds are left out unless they share a number or a mother.
        sampled_pairs: how many random pairs estimate chance agreement.
        memory: what the query engine may take.

    Raises:
        ValueError: a column is missing or of another length.
    """
    # Slow to import, and only here: no start waits for them.
    import duckdb  # noqa: PLC0415 - only when people are matched
    import pyarrow as pa  # noqa: PLC0415 - as above
    from splink import Linker, SettingsCreator
    from splink.backends.duckdb import DuckDBAPI

    missing = [name for name in COLUMNS if name not in columns]
    if missing or len({len(values) for values in columns.values()}) > 1:
        raise ValueError(f"columns of equal length are needed: {', '.join(COLUMNS)}")
    if len(columns["unique_id"]) < 2:
        return
    logging.getLogger("splink").setLevel(logging.ERROR)
    connection = duckdb.connect(":memory:", config={"memory_limit": memory, "threads": 2})
    try:
        kinds = {"numbers": pa.list_(pa.string())}
        table = pa.table({name: pa.array(columns[name], kinds.get(name, pa.string())) for name in COLUMNS})
        connection.register("people", table)
        total = len(table)
        shared = _count(
            connection,
            "SELECT coalesce(sum(n * (n - 1) / 2), 0) FROM (SELECT count(*) n FROM people"
            " WHERE resident_id IS NOT NULL GROUP BY resident_id)",
        )
        carriers = _count(connection, "SELECT count(*) FROM people WHERE resident_id IS NOT NULL")
        # Pairs that share a number, scaled up to the records that carry none.
        expected = max(shared * (total / max(carriers, 1)) ** 2, 1.0)
        settings = SettingsCreator(
            link_type="dedupe_only",
            comparisons=_comparisons(),
            blocking_rules_to_generate_predictions=[
                *({"blocking_rule": rule, "sql_dialect": "duckdb"} for rule in BLOCKING),
                SHARED_NUMBER,
            ],
            probability_two_random_records_match=min(2 * expected / (total * (total - 1)), 0.5),
            retain_matching_columns=True,
            additional_columns_to_retain=["resident_id", "numbers", "mother"],
        )
        api = DuckDBAPI(connection)
        linker = Linker(api.register(table, dataset_display_name="records"), settings, log_level=logging.ERROR)
        linker.training.estimate_u_using_random_sampling(max_pairs=sampled_pairs, seed=seed, min_count_per_level=None)
        if shared >= LEARNING_PAIRS:
            linker.training.estimate_parameters_using_expectation_maximisation(
                "l.resident_id = r.resident_id", fix_u_probabilities=True, fix_probability_two_random_records_match=True
            )
        found = linker.inference.predict(warning_mode="never")
        rows = connection.execute(
            f"SELECT unique_id_l, unique_id_r, match_weight FROM {found.physical_name}"
            " WHERE match_weight >= ? OR resident_id_l = resident_id_r OR list_has_any(numbers_l, numbers_r)"
            " OR mother_l = mother_r ORDER BY 1, 2",
            [least],
        )
        while batch := rows.fetchmany(50_000):
            for left, right, weight in batch:
                yield Candidate(min(left, right), max(left, right), float(weight))
    finally:
        connection.close()


def _count(connection: duckdb.DuckDBPyConnection, query: str) -> float:
    return float(connection.execute(query).fetchall()[0][0])
