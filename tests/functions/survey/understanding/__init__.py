"""Understanding what open answers say (requirement S3)."""
