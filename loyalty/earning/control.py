"""Who is kept out of a campaign, so that there is somebody to compare with (requirement I4). Pure.

A member is in a campaign's control group by a stable hash of both ids: for all of the campaign, in no two campaigns for
the same reason, and without a row that somebody could read or a call that somebody would wait for (ADR 0923).
"""

from hashlib import sha256

from loyalty.earning.rule import Rule
from loyalty.parts import THOUSANDTHS

_DRAWN_BYTES = 8
"""So many that a thousand shares of them differ by nothing that could be measured."""


def keeps_out(rule: Rule, member_id: str) -> bool:
    """Tell whether a member is in a campaign's control group; somebody who is no member is not."""
    if not (rule.control_share and member_id):
        return False
    drawn = sha256(f"control/{rule.campaign_id}/{member_id}".encode()).digest()[:_DRAWN_BYTES]
    return int.from_bytes(drawn) % THOUSANDTHS < rule.control_share
