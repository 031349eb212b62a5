"""Every test, by kind."""
