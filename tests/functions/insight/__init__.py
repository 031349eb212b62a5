"""Insight: figures equal to a recount, panels of three reads, looks kept only of those who agree."""
