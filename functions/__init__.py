"""The capabilities, one folder each; none imports another."""
