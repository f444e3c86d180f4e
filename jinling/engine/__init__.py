"""The only place that speaks DuckDB, Arrow and Spark."""
