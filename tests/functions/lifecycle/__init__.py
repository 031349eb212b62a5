"""Offers by occasion, through their entry points."""
