"""Tests of the tenants' entry points."""
