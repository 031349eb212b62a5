"""The fields that requests share, each with its limits: an amount is a whole number of fen, never text or a float."""

from typing import Annotated

from pydantic import AwareDatetime, Field

MAX_FEN = 10_000_000_00
"""The largest amount of one receipt: ten million yuan."""
MAX_POINTS = 1_000_000_000

FenField = Annotated[int, Field(strict=True, ge=0, le=MAX_FEN, description="Money in fen (1 yuan = 100 fen).")]
PointsField = Annotated[int, Field(strict=True, ge=0, le=MAX_POINTS, description="A whole number of points.")]
SomePointsField = Annotated[int, Field(strict=True, ge=1, le=MAX_POINTS, description="A whole number of points.")]
QuantityField = Annotated[int, Field(strict=True, ge=1, le=1_000_000, description="How many pieces.")]
ReceiptNoField = Annotated[
    str,
    Field(pattern=r"^[A-Za-z0-9._~-]{1,64}$", description="The receipt's number, of characters safe in a URL."),
]
TenantIdField = Annotated[str, Field(pattern=r"^[a-z0-9][a-z0-9-]{0,31}$", description="The tenant's id.")]
MemberIdField = Annotated[str, Field(pattern=r"^[A-Za-z0-9_-]{8,40}$", description="The member's random id.")]
CategoryField = Annotated[str, Field(min_length=1, max_length=64, description="The category of the goods.")]
SkuField = Annotated[str, Field(min_length=1, max_length=64, description="The item's number at the tenant.")]
PhoneField = Annotated[str, Field(min_length=5, max_length=32, description="A phone number; without +, Chinese.")]
SessionField = Annotated[str, Field(min_length=1, max_length=512, description="A member session of this tenant.")]
Instant = Annotated[AwareDatetime, Field(description="RFC 3339 with offset.")]
Limit = Annotated[int, Field(ge=1, le=100)]
