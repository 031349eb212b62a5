"""Staff at work on coupons: templates, campaigns, jobs, figures, the service desk."""
