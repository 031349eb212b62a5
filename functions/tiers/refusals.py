"""How using an entitlement and undoing a use refuse: what the routes of tills and the desk document."""

from functions.tiers import errors
from loyalty.errors import (
    BusyError,
    ForbiddenError,
    IdempotencyKeyRequiredError,
    IdempotencyKeyReusedError,
    LoyaltyError,
    MembershipStatusError,
)

USE_REFUSALS: tuple[type[LoyaltyError], ...] = (
    ForbiddenError,
    IdempotencyKeyRequiredError,
    IdempotencyKeyReusedError,
    MembershipStatusError,
    errors.EntitlementNotHeldError,
    errors.EntitlementUsedUpError,
    BusyError,
)
UNDO_REFUSALS: tuple[type[LoyaltyError], ...] = (
    ForbiddenError,
    errors.UseNotFoundError,
    errors.UsePeriodOverError,
    BusyError,
)
