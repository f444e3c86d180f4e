"""Accepted rows are kept: compared with what is stored, written as Parquet, on disk or in an object store."""
