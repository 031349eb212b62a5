"""Surveys: asked right after a redemption, understood, answered for (requirements S)."""
