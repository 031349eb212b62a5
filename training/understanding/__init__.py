"""Makes and measures the model that understands open answers (requirement S3); see MODEL_CARD.md."""
