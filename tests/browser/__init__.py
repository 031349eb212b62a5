"""The survey's page in a real browser."""
