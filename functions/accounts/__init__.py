"""Accounts as members and the service desk see them: balance, expiry, tier, statement."""
