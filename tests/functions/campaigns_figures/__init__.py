"""Figures, reports and trials of campaigns: what events say is counted once, what was is replayed to the point."""
