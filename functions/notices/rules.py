"""What the mall's file sets for all notices: its name, its channels, quiet hours, the weekly cap (N2, K6)."""

import json
from collections.abc import Mapping
from dataclasses import dataclass, field

from loyalty.settings import setting


@dataclass(frozen=True, slots=True)
class Mall:
    """The mall's choices.

    Attributes:
        names: the mall's name by language; it signs every text message.
        channels: the channels that are open.
        quiet_from, quiet_until: wall-clock times `HH:MM` between which nobody is written to; equal: no quiet hours.
        marketing_a_week: how many marketing messages a member gets in any seven days, all templates together.
        prices: what a thousand messages of a channel cost, in fen; None: not known.
        member_url: where links lead: the address of the mall's API as members reach it, without a slash at its end.
        email_from: the sender of e-mail.
        email_events: SES's configuration set, which tells what became of e-mail.
        webhook_url: of the mall's own app push service.
    """

    names: Mapping[str, str] = field(default_factory=lambda: {"zh": "商场", "en": "Mall"})
    channels: tuple[str, ...] = ("sms", "email")
    quiet_from: str = "21:00"
    quiet_until: str = "08:00"
    marketing_a_week: int = 3
    prices: Mapping[str, int | None] = field(default_factory=dict)
    member_url: str | None = None
    email_from: str | None = None
    email_events: str | None = None
    webhook_url: str | None = None


def read() -> Mall:
    """Return the mall's choices, as `infra` tells every function of notices."""
    told = json.loads(setting("NOTICES"))
    return Mall(**{**told, "channels": tuple(told["channels"])})
