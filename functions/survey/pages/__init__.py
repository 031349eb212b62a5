"""The page for those without the app: a form in plain HTML (requirement S1)."""
