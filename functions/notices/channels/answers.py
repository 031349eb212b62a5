"""What a provider answered, as far as it decides what becomes of a message (requirement N3). Pure.

taken     it has it, and will try to deliver it
refused   it will never take this one: another channel may
busy      it certainly did not take it: later
lost      nobody knows; only a provider that knows the same message again is asked a second time
"""

from dataclasses import dataclass
from datetime import timedelta


@dataclass(frozen=True, slots=True)
class Taken:
    """The provider has it, under its own id."""

    provider_id: str


@dataclass(frozen=True, slots=True)
class Refused:
    """The provider will never take it.

    Attributes:
        grants_over: whether the member's permissions for this registered template do not stand any more.
    """

    grants_over: bool = False


@dataclass(frozen=True, slots=True)
class Busy:
    """The provider did not take it now.

    Attributes:
        wait: how long it asks to be left alone, where it says so.
    """

    wait: timedelta | None = None


@dataclass(frozen=True, slots=True)
class Lost:
    """Nobody knows."""


Outcome = Taken | Refused | Busy | Lost
