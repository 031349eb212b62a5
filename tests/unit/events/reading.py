"""Reading an event as its consumers do."""

import json
from typing import Any

from loyalty.events.envelope import Event


def as_json(event: Event) -> dict[str, Any]:
    """The event as the JSON on the bus."""
    found: dict[str, Any] = json.loads(event.model_dump_json(exclude_none=True))
    return found
