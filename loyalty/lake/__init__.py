"""The lake: what happened, as flat rows in versioned tables, and how it is asked (requirements G, I)."""
