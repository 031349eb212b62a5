"""The rules of notices: hours, decisions, words, receipts."""
