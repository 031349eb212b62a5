"""A table of a mall's file."""

from pydantic import BaseModel, ConfigDict


class Section(BaseModel):
    """A table of the file: immutable, no unknown keys, no value repeated in an error."""

    model_config = ConfigDict(frozen=True, extra="forbid", hide_input_in_errors=True)
