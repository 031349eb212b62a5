"""Rules of insight, without tables."""
