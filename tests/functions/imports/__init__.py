"""Bulk imports on moto: whole journeys, killed ones, malformed files."""
