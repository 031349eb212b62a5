"""The books over tables in moto: what was counted, what the accounts say, and what tills state."""
