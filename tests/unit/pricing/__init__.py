"""Tests of what baskets cost."""
