"""The sweep's functions."""
