"""Staff at work on surveys: definitions, versions, previews, and jobs."""
