"""Whether members come again, how often, and what they spend then (requirements G4, L2)."""
