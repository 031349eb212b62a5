"""Tests of the rule of transfers."""
