"""One message to one member: decided, sent, its outcome (requirements N)."""
