"""The rules every capability shares."""
