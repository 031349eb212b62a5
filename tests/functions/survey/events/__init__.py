"""Events and hours as surveys hear them: who is invited, what happens to invitations, what erasure leaves."""
