"""The leaderboard over tables in moto: what is counted, what is shown, what an erasure leaves."""
