"""Notices: what happened, told to members in their language, at their hour, as far as they agree (requirements N)."""
