"""The pure rules of the members capability."""
