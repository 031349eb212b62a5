"""Queries of the lake: run by DuckDB, parsed as Trino, compared with plain Python on the same rows."""
