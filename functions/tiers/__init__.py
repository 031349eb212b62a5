"""What tiers and unlocks bring that has a number: entitlements, their quota and their use (requirements T3, T5)."""
