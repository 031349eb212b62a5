"""Figures of surveys: counted once, equal to a recount, reported without giving anybody away."""
