"""The only place that speaks DuckDB, Arrow and Spark.

Nouns: DataSet (columns and rules, plain values), Segment (a stretch of a received file), Check (one
declared rule as SQL), Part (one Parquet file of the lake), Dialect (how DuckDB or Spark says a thing).

Neighbours: data.collection hands in data sets and files and keeps the manifest in PostgreSQL; the
engine knows neither Django nor the database, and never decides what is current.

It refuses to guess: a cell is taken as it is written, a file whose shape is not the declared one is
refused with a name, and nothing is written outside the folders it is given.
"""
