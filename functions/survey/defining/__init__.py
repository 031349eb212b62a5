"""What marketers define: drafts, versions, publication, and whether a definition can ever ask (requirements S2, S6)."""
