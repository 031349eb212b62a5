"""The tills' purchase routes."""
