"""Earning: the checkout that records a purchase, its refunds, quotes, and purchases in bulk."""
