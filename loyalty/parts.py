"""What the parts of the configuration are made of: a strict, immutable base and decimals that are whole numbers."""

from decimal import Decimal
from typing import Annotated

from pydantic import BaseModel, BeforeValidator, ConfigDict, Field, PlainSerializer

THOUSANDTHS = 1000
FEN_PER_YUAN = 100


class Part(BaseModel):
    """A part of the configuration: immutable, complete, and silent about its input when it is wrong."""

    model_config = ConfigDict(frozen=True, extra="forbid", hide_input_in_errors=True, populate_by_name=True)


def to_thousandths(value: object) -> object:
    """Read a decimal written as text ("1.2") as whole thousandths; a bare number would be ambiguous."""
    if not isinstance(value, str):
        raise ValueError('write the number as text, such as "1.2"')
    try:
        scaled = Decimal(value) * THOUSANDTHS
    except ArithmeticError:
        raise ValueError('write a decimal number as text, such as "1.2"') from None
    if not scaled.is_finite():
        raise ValueError('write a decimal number as text, such as "1.2"')
    if scaled != scaled.to_integral_value():
        raise ValueError("at most three decimals are allowed")
    return int(scaled)


def to_text(thousandths: int) -> str:
    """Write whole thousandths as the decimal they stand for."""
    return format((Decimal(thousandths) / THOUSANDTHS).normalize(), "f")


Thousandths = Annotated[
    int, BeforeValidator(to_thousandths), PlainSerializer(to_text), Field(ge=0, le=100 * THOUSANDTHS)
]
Code = Annotated[str, Field(pattern=r"^[a-z][a-z0-9_]{0,31}$")]
