"""Tests of the outbox on a simulated cloud, one thread."""
