"""The laptop's cloud: set up, start, deploy, sign in, and walk the whole journey on real receipts."""
