"""The outbox: what the streams of ledger and members say happened, put on the mall's bus as events."""
