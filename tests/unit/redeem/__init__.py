"""The rules of redeeming."""
