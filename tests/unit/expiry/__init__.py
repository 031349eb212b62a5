"""The rules of the sweep."""
