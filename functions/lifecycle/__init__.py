"""Offers by occasion: what members get on joining, on birthdays and anniversaries, and to wake them up."""
