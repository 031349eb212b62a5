"""The rules of earning."""
