"""Tests of transfers through their handler."""
