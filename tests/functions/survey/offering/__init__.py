"""The survey that the answer of a redemption carries."""
