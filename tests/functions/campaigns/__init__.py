"""Campaigns and lists of members, through their routes."""
