"""The mall's published rules, and the version of them a deployment starts with."""
