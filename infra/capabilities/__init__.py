"""Every capability's declaration; the application is made from this list and from nothing else."""

from infra.capabilities.accounts import ACCOUNTS
from infra.capabilities.audit import AUDIT
from infra.capabilities.books import BOOKS
from infra.capabilities.campaigns import CAMPAIGNS
from infra.capabilities.control import CONTROL
from infra.capabilities.coupons import COUPONS
from infra.capabilities.earn import EARN
from infra.capabilities.expiry import EXPIRY
from infra.capabilities.insight import INSIGHT
from infra.capabilities.lake import LAKE
from infra.capabilities.leaderboard import LEADERBOARD
from infra.capabilities.lifecycle import LIFECYCLE
from infra.capabilities.members import MEMBERS
from infra.capabilities.notices import NOTICES
from infra.capabilities.outbox import OUTBOX
from infra.capabilities.program import PROGRAM
from infra.capabilities.redeem import REDEEM
from infra.capabilities.segments import SEGMENTS
from infra.capabilities.survey import SURVEY
from infra.capabilities.tenants import TENANTS
from infra.capabilities.tiers import TIERS
from infra.capabilities.transfer import TRANSFER
from infra.specs import CapabilitySpec, FunctionSpec

CAPABILITIES: tuple[CapabilitySpec, ...] = (
    TENANTS, PROGRAM, MEMBERS, ACCOUNTS, EARN, CAMPAIGNS, COUPONS, REDEEM, TRANSFER, EXPIRY, TIERS, SURVEY, CONTROL,
    AUDIT, BOOKS, LEADERBOARD, OUTBOX, LAKE, INSIGHT, SEGMENTS, NOTICES, LIFECYCLE,
)  # fmt: skip


def all_functions() -> tuple[FunctionSpec, ...]:
    """Return every function of the product."""
    return tuple(function for capability in CAPABILITIES for function in capability.functions)
