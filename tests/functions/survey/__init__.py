"""Surveys, through their routes and workers."""
