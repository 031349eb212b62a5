"""Proofs on the local cloud: concurrency with faults, crashes at every call, and that the proof can fail."""
