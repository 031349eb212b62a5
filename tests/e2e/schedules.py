"""The mall's schedules, kept from starting by the clock: tests start its jobs when they want them.

A night's refresh or a morning's sweep would otherwise fall into some run, and bring coupons no test counted on.
"""

from typing import Any

KEPT = (
    "Name",
    "GroupName",
    "ScheduleExpression",
    "ScheduleExpressionTimezone",
    "FlexibleTimeWindow",
    "Target",
)


def stop(scheduler: Any) -> int:
    """Disable every schedule; return how many there are."""
    found = [one for page in scheduler.get_paginator("list_schedules").paginate() for one in page["Schedules"]]
    for one in found:
        schedule = scheduler.get_schedule(Name=one["Name"], GroupName=one["GroupName"])
        told = {name: schedule[name] for name in KEPT if name in schedule}
        scheduler.update_schedule(**told, State="DISABLED")
    return len(found)
