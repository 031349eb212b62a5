"""What others may see of a member: enough to recognise who stands before them, and no more (requirements M6)."""


def masked_name(name: str) -> str:
    """Return a name's first character and one star, whatever its length."""
    return f"{name[:1]}*"
