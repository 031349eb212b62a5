"""Notices on the deployed mall, IAM enforced: from an event to the inbox, receipts, refusals, and the reach.

The mall's clock may stand in its quiet hours when this runs, so what is due is swept at ten o'clock tomorrow. It runs
before the journey loads what a mall starts with: coupons that welcome every new member would be told of, too.
"""

import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from tests.e2e.inbox import letters, notices_swept, texts
from tests.e2e.mall import Mall, new_key, wait_until

TERMS = {"kind": "amount_off", "off_fen": 10_00}
WORDS = {
    "occasion": "CouponSent",
    "purpose": "marketing",
    "channels": ["email", "sms"],
    "sms": {"zh": "优惠券已到账，{until}前有效。"},
    "email": {"subject_zh": "{mall}送您优惠券", "text_zh": "优惠券已到账，{until}前有效。"},
}
SENDER = "aurora-plaza.example"
NOTICES_SECONDS = 60
ABOUT = "优惠券"


@dataclass(frozen=True)
class Post:
    """A template that follows every coupon sent, and how to have somebody sent one."""

    mall: Mall
    template_id: str
    coupon_id: str

    def coupon_for(self, member_id: str) -> None:
        """Have the mall push a coupon to a member."""
        wish = {"member_ids": [member_id]}
        self.mall.job("marketer", f"/coupon-templates/{self.coupon_id}/pushes", wish)

    def reach(self) -> Mapping[str, Any]:
        """The template's report of today and tomorrow."""
        today = datetime.now(UTC).date()
        period = f"from={today - timedelta(days=1)}&until={today + timedelta(days=2)}"
        report: Mapping[str, Any] = self.mall.api.expect(
            200, "auditor", "GET", f"/notices/reach?{period}&template_id={self.template_id}"
        )
        return report


@pytest.fixture(scope="module")
def post(mall: Mall) -> Iterator[Post]:
    ses, topic = mall.aws("ses"), providers_topic(mall)
    for kind in ("Delivery", "Bounce", "Complaint"):
        # The local cloud tells of e-mail by the identity's topics; in AWS the configuration set does.
        ses.set_identity_notification_topic(Identity=SENDER, NotificationType=kind, SnsTopic=topic)
    template_id = mall.publish("/notice-templates", WORDS)
    yield Post(mall, template_id, mall.template(TERMS, claimable=False))
    mall.api.expect(201, "marketer", "POST", f"/notice-templates/{template_id}/endings", {})


def providers_topic(mall: Mall) -> str:
    (arn,) = [one["TopicArn"] for one in mall.aws("sns").list_topics()["Topics"] if "MessagesTold" in one["TopicArn"]]
    return str(arn)


def member(mall: Mall, email: str | None = None, *, marketing: bool = True) -> tuple[str, str]:
    known = {"email": email} if email else {}
    return mall.member(consents={"marketing": marketing}, **known)


def sent(mall: Mall, look: Any) -> Any:
    """Sweep until something has gone out: the event may still be on its way."""

    def there() -> Any:
        notices_swept(mall)
        return look()

    return wait_until(there, "a message", NOTICES_SECONDS)


def test_a_coupon_is_told_by_e_mail_arrives_and_is_counted_once(mall: Mall, post: Post) -> None:
    address = f"e2e-{mall.run}@members.example"
    _, member_id = member(mall, address)
    before = post.reach()["delivered"]
    post.coupon_for(member_id)
    (letter,) = sent(mall, lambda: letters(mall, address))
    assert letter["Subject"] == "极光广场送您优惠券"
    assert "优惠券已到账" in letter["BodyText"]
    assert "消息设置" in letter["BodyText"]
    wait_until(lambda: post.reach()["delivered"] == before + 1, "the receipt to be counted", NOTICES_SECONDS)
    notices_swept(mall)
    assert len(letters(mall, address)) == 1


def test_an_address_that_bounces_is_left_out_and_the_phone_is_used(mall: Mall, post: Post) -> None:
    who, member_id = member(mall, f"bounce+{mall.run}@simulator.amazonses.com")
    post.coupon_for(member_id)
    sent(mall, lambda: "email" in mall.api.expect(200, who, "GET", "/me/notices")["unreachable"])
    again = Post(mall, post.template_id, mall.template(TERMS, claimable=False))
    again.coupon_for(member_id)
    (text,) = sent(mall, lambda: texts(mall, who.removeprefix("member:"), ABOUT))
    assert text.startswith("【极光广场】优惠券已到账")
    assert text.endswith("拒收请回复R")


def test_an_opt_out_word_and_a_refusal_in_the_app_are_obeyed(mall: Mall, post: Post) -> None:
    replying, replying_id = member(mall)
    choosing, choosing_id = member(mall)
    told = {"originationNumber": replying.removeprefix("member:"), "messageBody": "退订"}
    mall.aws("sns").publish(TopicArn=providers_topic(mall), Message=json.dumps(told))
    refused = [{"channel": "sms", "purpose": "marketing"}]
    mall.api.expect(200, choosing, "PUT", "/me/notices", {"language": "en", "refused": refused})
    wait_until(lambda: mall.api.expect(200, replying, "GET", "/me/notices")["refused"] == refused, "the opt-out")
    before = post.reach()["skipped"]
    post.coupon_for(replying_id)
    post.coupon_for(choosing_id)
    sent(mall, lambda: post.reach()["skipped"] == before + 2)
    assert [texts(mall, who.removeprefix("member:"), ABOUT) for who in (replying, choosing)] == [[], []]


def test_who_gave_no_consent_hears_nothing_and_is_told_nothing_later(mall: Mall, post: Post) -> None:
    who, member_id = member(mall, marketing=False)
    before = post.reach()["why"].get("no_consent", 0)
    post.coupon_for(member_id)
    wait_until(lambda: post.reach()["why"].get("no_consent", 0) == before + 1, "the decision", NOTICES_SECONDS)
    mall.api.expect(200, who, "PATCH", "/me", {"consents": {"marketing": True}})
    notices_swept(mall)
    assert texts(mall, who.removeprefix("member:"), ABOUT) == []


def test_a_test_reaches_the_inbox_of_staff(mall: Mall, post: Post) -> None:
    address = f"staff-{mall.run}@members.example"
    wish = {"channel": "email", "to": address, "language": "en"}
    mall.api.expect(201, "marketer", "POST", f"/notice-templates/{post.template_id}/tests", wish, key=new_key())
    (letter,) = letters(mall, address)
    assert letter["Source"] == f"members@{SENDER}"


def test_a_broadcast_reaches_everybody_in_its_segment_once(mall: Mall, post: Post) -> None:
    nobody_else = {"about": "spend", "days": 30, "at_least": 1_00, "tenants": [f"nowhere-{mall.run}"]}
    wish = {"name_zh": "群发", "condition": nobody_else}
    segment_id = mall.api.expect(201, "marketer", "POST", "/segments", wish, key=new_key())["segment_id"]
    people = [member(mall) for _ in range(3)]
    table = mall.stack.resources["campaigns_table_name"]
    for _, member_id in people:  # a refresh would take the lake's time
        item = {"campaign_id": {"S": f"members/{segment_id}"}, "kind": {"S": member_id}}
        mall.aws("dynamodb").put_item(TableName=table, Item=item)
    words = {"occasion": "Broadcast", "purpose": "marketing", "channels": ["sms"], "sms": {"zh": "优惠券派送中"}}
    wish = words | {"segment_id": segment_id, "a_minute": 2}
    template_id = mall.publish("/notice-templates", wish)
    path = f"/notice-templates/{template_id}/broadcast"
    assert mall.api.expect(200, "approver", "GET", path)["costs"]["sms"]["parts"] == 1
    first = wait_until(lambda: mall.api.expect(200, "auditor", "GET", path)["progress"]["members"], "two members")
    assert first == 2
    done = lambda: mall.api.expect(200, "auditor", "GET", path)["progress"]["state"] == "done"  # noqa: E731
    wait_until(done, "the third, a minute later", 90)
    notices_swept(mall)
    phones = [who.removeprefix("member:") for who, _ in people]
    wait_until(lambda: all(texts(mall, phone, ABOUT) for phone in phones), "everybody's message", NOTICES_SECONDS)
    notices_swept(mall)
    assert [len(texts(mall, phone, ABOUT)) for phone in phones] == [1, 1, 1]
