"""The rules of bulk files, without AWS."""
