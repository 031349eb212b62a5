"""Tests of the lake's pure rules."""
