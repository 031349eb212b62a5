"""The project's documents, and what generates those that describe the code: `python -m docs.generate`."""
