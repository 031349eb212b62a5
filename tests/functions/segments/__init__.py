"""Segments over tables in moto and a lake in DuckDB: who is in what, who came and went, what is told."""
