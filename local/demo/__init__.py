"""`make demo`: a mall with 793 members and four years of real receipts, walked through by its public API."""
