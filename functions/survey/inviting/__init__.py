"""Who is asked and when: by event, list, batch or schedule; what an hour brings, and an erasure (S1, S6)."""
