"""What is bought together (requirement I2)."""
