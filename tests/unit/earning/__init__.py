"""Campaign rules: what they give, and what returns take back."""
