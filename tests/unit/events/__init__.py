"""Tests of the events: their models, ids, and how rows become them."""
