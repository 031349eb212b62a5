"""Every kind of time zone a mall may be in: what is asked of a calendar is asked in each."""

ZONES = (
    "Asia/Shanghai",
    "Asia/Kathmandu",
    "America/New_York",
    "Europe/London",
    "Australia/Lord_Howe",  # half an hour
    "Africa/Cairo",  # the clocks jump at midnight
    "America/Santiago",
    "Asia/Beirut",
    "America/Havana",  # midnight comes twice
    "Pacific/Kiritimati",
)
