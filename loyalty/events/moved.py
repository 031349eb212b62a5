"""What every movement of an account tells: the part that the events of points, transfers and corrections share."""

from typing import Annotated

from pydantic import Field

from loyalty.events.parts import Part, PointsLeg, PointsReason, SignedPoints, Word

EntryId = Annotated[str, Field(description="The ledger entry, as the statement shows it.")]
Movement = Annotated[
    Word, Field(description="Open vocabulary: purchase, refund, redeem, expire, transfer, adjust, ...")
]
StaffActor = Annotated[
    str | None,
    Field(min_length=1, max_length=200, description="The login of staff who did it; absent: nobody of the staff did."),
]
ProgrammeVersion = Annotated[int, Field(strict=True, ge=1, description="The version of the rules that applied.")]


class MovedData(Part):
    """What every movement of points tells: the entry, its legs, its reasons."""

    entry_id: EntryId
    movement: Movement
    legs: Annotated[tuple[PointsLeg, ...], Field(description="What moved; over an entry's events, all its legs.")]
    reasons: Annotated[tuple[PointsReason, ...], Field(description="Why; sums to the legs, purse by purse.")]
    balance: Annotated[
        SignedPoints | None, Field(description="What could be spent after the whole entry, purse `points`.")
    ] = None
    tier: Annotated[Word | None, Field(description="The tier's code held after the whole entry.")] = None
    programme_version: ProgrammeVersion
    batch: Annotated[str | None, Field(description="The import it came with.")] = None
