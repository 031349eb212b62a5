"""The pure ledger, driven in any order."""
