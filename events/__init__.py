"""The event catalogue: schemas and samples, written by `python -m events.generate` and checked against the models."""
