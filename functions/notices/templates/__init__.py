"""What marketers write: templates, their placeholders, what a member would read (requirements N)."""
