"""The lake: events become rows of its tables, and at night many small files become few large ones."""
