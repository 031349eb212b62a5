"""The deployed product on the local cloud, IAM enforced: reached as its users reach it."""
