"""Insight: live figures and the funnel, and what members look at."""
