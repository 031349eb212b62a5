"""The leaderboard of points earned: who earned most in a month, a quarter, a year (requirement P12)."""
