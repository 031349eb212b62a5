"""Findings: from complaints to what was improved."""
