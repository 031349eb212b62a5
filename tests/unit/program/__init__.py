"""Tests of the rules by which the programme changes."""
