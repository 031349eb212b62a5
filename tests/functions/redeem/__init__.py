"""The redemption routes."""
