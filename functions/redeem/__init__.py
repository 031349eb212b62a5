"""Redemption: points spent at a desk or in the app without a purchase, and undone."""
