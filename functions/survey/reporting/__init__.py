"""Figures counted from events, and the reports made of them (requirements S, C6, K1)."""
