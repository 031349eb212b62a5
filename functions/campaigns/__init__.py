"""Campaigns that award points and coupons by rule: drafted, approved, run, simulated (requirements P4, A1, A3, A9)."""
