"""Answering surveys: the rules, the routes, the page."""
