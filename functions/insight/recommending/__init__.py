"""What a member may like next (requirements G4, K2)."""
