"""Notices: templates, messages, what became of them."""
