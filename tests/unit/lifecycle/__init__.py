"""Rules of offers by occasion."""
