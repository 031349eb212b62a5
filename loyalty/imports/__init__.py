"""Bulk files: a CSV of up to 1 GB becomes members or purchases, exactly once, however often a step is repeated."""
