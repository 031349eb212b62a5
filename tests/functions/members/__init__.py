"""The members capability on moto."""
