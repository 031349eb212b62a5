"""Coupons as every capability sees them: what one promises, the states of its life, its code, its row."""
