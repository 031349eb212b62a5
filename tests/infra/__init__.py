"""The cloud formation templates, read as a cloud would read them."""
