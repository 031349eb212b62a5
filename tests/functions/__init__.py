"""Tests of whole functions on moto."""
