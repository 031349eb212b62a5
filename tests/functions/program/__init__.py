"""Tests of the programme's entry points."""
