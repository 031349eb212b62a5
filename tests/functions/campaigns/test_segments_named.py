"""A campaign names a segment as it names a list: publication knows it, the checkout's own read finds its members."""

from datetime import UTC, datetime
from typing import Any

import pytest

from functions.segments import definitions
from functions.segments.segment import Segment
from loyalty import attempts, dynamo, memberships, segment_names
from loyalty.earning import state
from loyalty.remembering import forget_everything
from loyalty.types import MemberId
from tests.functions.campaigns.desk import AUDITOR, approved, published, put_tenant, send, step

pytestmark = pytest.mark.usefixtures("desk")
AT = datetime(2026, 12, 1, tzinfo=UTC)
LINE = {"sku": "SKU-1", "category": "dining", "quantity": 1, "amount": 60_000}


@pytest.fixture
def segment_id() -> str:
    """A segment of the mall's own."""
    wish = Segment.model_validate({"name_zh": "买过", "condition": {"about": "visits", "at_least": 1}})
    return definitions.create(wish, "mei", "key-1", AT).answer.offer_id


def enter(segment_id: str, member_id: str) -> None:
    """Put a member into a segment, as a refresh does."""
    row = {memberships.REFRESH: "refresh-1", "refresh_no": 1}
    attempts.write((memberships.put_new(memberships.member_key(segment_id, member_id), row),))


def base_and_awards(member_id: str) -> tuple[int, list[str]]:
    """Return what a receipt of a member would earn, and by which campaigns."""
    forget_everything()
    body = {"tenant_id": "tea-house", "lines": [LINE], "member_id": member_id}
    found = send("POST /campaigns/simulations", body, AUDITOR).body
    return found["base_points"], [one["campaign_id"] for one in found["awards"]]


def test_a_segment_that_is_there_is_known_to_a_publication(segment_id: str) -> None:
    assert step(approved(conditions={"lists": [segment_id]}), "publications").status == 201


def test_a_segment_that_is_looked_for_no_more_is_not(segment_id: str) -> None:
    definitions.archive(segment_id, "mei", AT)
    definitions.archive("rfm_at_risk", "mei", AT)
    newest = {**segment_names.NEWEST, segment_names.SIZES: {segment_id: {"size": 1}, "rfm_at_risk": {"size": 1}}}
    dynamo.client().put_item(TableName=segment_names.table(), Item=dynamo.to_item(newest))
    assert segment_names.missing([segment_id, "rfm_at_risk"]) == [segment_id, "rfm_at_risk"]


def test_a_shipped_segment_is_known_once_somebody_has_looked_for_it() -> None:
    campaign_id = approved(conditions={"lists": ["rfm_champions", "rfm_loyal"]})
    refused = step(campaign_id, "publications")
    assert (refused.code, refused.body["unknown"]) == ("unknown_names", {"lists": ["rfm_champions", "rfm_loyal"]})
    sizes: dict[str, Any] = {one: {"size": 0} for one in ("rfm_champions", "rfm_loyal")}
    newest = dynamo.to_item({**segment_names.NEWEST, segment_names.SIZES: sizes})
    dynamo.client().put_item(TableName="segments", Item=newest)
    assert step(campaign_id, "publications").status == 201


def test_only_members_of_the_segment_get_what_the_campaign_gives(segment_id: str, members: tuple[str, ...]) -> None:
    put_tenant("tea-house")
    campaign_id = published(conditions={"lists": [segment_id]})
    enter(segment_id, "member-anna")
    assert base_and_awards("member-anna") == (600, [campaign_id])
    assert base_and_awards("member-bert") == (600, [])


def test_the_checkout_reads_the_very_row_that_a_refresh_writes() -> None:
    assert state.list_key("rfm_loyal", MemberId("member-anna")) == memberships.member_key("rfm_loyal", "member-anna")
