"""Answering: what counts as an answer, how it is kept and what it brings (requirements S2, S5, S7)."""
