"""The audit trail: who did what about what, written once, read by auditors only."""
