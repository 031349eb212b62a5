"""Earning: what a receipt brings, by the ratio, the tier and the campaigns that run (P1-P4, A3, A9, B1)."""
