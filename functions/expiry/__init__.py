"""Expiry: the daily sweep that writes down what has lapsed and reminds of what will."""
