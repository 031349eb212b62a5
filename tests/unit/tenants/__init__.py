"""Tests of the tenants' rules."""
