"""Who belongs to the programme: enrolment, profile, consent, till code, service desk, bulk import."""
