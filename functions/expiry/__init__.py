"""Expiry: the daily sweep. Points lapse, tiers are reviewed, and members are told ahead of both."""
