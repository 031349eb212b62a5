"""Whom messages reached: counting and reporting (requirements N)."""
