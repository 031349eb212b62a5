"""Live figures: what events add up to, and the panels of a dashboard that are read from it."""
