"""A notice to everybody in a segment: what it costs, and the job that goes from member to member (requirement N1)."""
