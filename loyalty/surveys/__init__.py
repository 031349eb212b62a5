"""Surveys, as far as more than one capability needs them: what runs, who is due, the invitation (requirements S)."""
