"""The outbox: what the tables' streams say happened, put on the mall's bus as events."""
