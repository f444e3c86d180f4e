"""Rows are judged by the declared rules, on DuckDB or Spark: what is accepted, what is rejected and why."""
