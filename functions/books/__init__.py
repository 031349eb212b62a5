"""The books: flows of points per day, closings, roll-forward, liability, reconciliation (requirements I5, F2, F3)."""
