"""What tiers and unlocks bring that has a number."""
