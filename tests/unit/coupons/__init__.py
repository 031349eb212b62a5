"""Codes, terms, states and rules of coupons."""
