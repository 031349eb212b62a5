"""How a message goes out: one small module a channel (requirements N)."""
