"""Tests of what the product promises to others."""
