"""Tests of velocity."""
