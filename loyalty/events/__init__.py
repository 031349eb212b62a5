"""What happened, as other parts of the product and the mall's own systems hear of it (ADR 0501)."""
