"""Stand-ins of providers: real HTTP on loopback, in the wire formats the providers document."""
