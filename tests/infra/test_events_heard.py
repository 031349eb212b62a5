"""Consumers hear the bus through a queue of their own, and nobody else may write to it (ADR 0610)."""

import json

import pytest

from functions.books.flow import HEARD as MOVING
from functions.campaigns.on_receipt import HEARD as CAMPAIGNS_HEARD
from functions.coupons.counting import COUNTED
from functions.insight.live.told import HEARD as LIVE_FIGURES
from functions.lifecycle.counting import COUNTED as OCCASIONS_COUNTED
from functions.notices.reach.figures import COUNTED as NOTICES_COUNTED
from functions.survey.inviting.participants import HEARD as AWARDS_HEARD
from infra.capabilities import all_functions
from infra.capabilities.outbox import STREAMS
from infra.specs import FromEvents, FunctionSpec
from loyalty.events.catalogue import CATALOGUE
from loyalty.events.envelope import BUS_SOURCE
from tests.infra.assembly import Assembly, Found, Resource, listed

HEARD: dict[str, set[str]] = {
    "lake-on-event": set(),  # every event, those to come too
    "audit-on-event": {
        "ControlAppealed",
        "ControlDecided",
        "ControlRequested",
        "MemberErased",
        "MembershipStatusChanged",
        "OfferChanged",
        "PointsAdjusted",
        "PointsVoided",
        "ProgrammeAnnounced",
        "TenantReleased",
        "VelocityAlarmRaised",
    },
    "books-on-count": set(MOVING),
    "campaigns-on-alert": {"AverageReceiptFell"},
    "campaigns-on-event": {"MemberErased"},
    "control-on-event": {"MemberErased"},
    "control-on-receipt": {"PointsEarned"},
    "coupons-on-event": {"CampaignAwarded", "CampaignTakenBack", "MemberEnrolled", "OccasionGiven", "TierChanged"},
    "campaigns-on-receipt": set(CAMPAIGNS_HEARD),
    "insight-on-count": set(LIVE_FIGURES),
    "insight-on-event": {"MemberErased", "MemberProfiled"},
    "lifecycle-on-count": set(OCCASIONS_COUNTED),
    "lifecycle-on-event": {"MemberEnrolled", "MemberErased", "MembershipStatusChanged", "SegmentEntered"},
    "leaderboard-on-event": {"MemberErased", "PointsEarned", "PointsRefunded"},
    "segments-on-alert": {"AverageReceiptFell"},
    "notices-on-event": {
        "CouponSent",
        "ImprovementAnnounced",
        "MemberEnrolled",
        "MemberErased",
        "OccasionCame",
        "OccasionGiven",
        "PointsExpiring",
        "ProgrammeAnnounced",
        "SegmentEntered",
        "SurveyInvited",
        "SurveyReminded",
        "TierReviewNear",
    },
    "notices-on-count": set(NOTICES_COUNTED),
    "segments-on-event": {"MemberErased", "MemberProfiled"},
    "survey-on-event": {
        "CouponExpired",
        "CouponRedeemed",
        "MemberEnrolled",
        "MemberErased",
        "SegmentEntered",
        "PointsRedeemed",
        "PointsRefunded",
        "RewardHandedOver",
        "TierChanged",
    },
    "survey-on-campaign": set(AWARDS_HEARD),
    "survey-on-count": {"SurveyAnswered", "SurveyExpired", "SurveyOffered"},
    "survey-on-answer": {"SurveyAnswered"},
    "coupons-on-count": set(COUNTED),
}
"""Function and what it knows how to take."""


def hearing() -> list[FunctionSpec]:
    return [function for function in all_functions() if isinstance(function.trigger, FromEvents)]


def rules(assembly: Assembly) -> dict[str, Found]:
    return {rule.function: rule for rule in assembly.all("AWS::Events::Rule")}


def source_of(assembly: Assembly, function: str) -> str:
    (mapping,) = [one for one in assembly.all("AWS::Lambda::EventSourceMapping") if one.function == function]
    return assembly.text(mapping, mapping.properties["EventSourceArn"])


def may_send(assembly: Assembly, queue: str) -> list[tuple[Found, Resource]]:
    """Every statement of a queue's policy that lets somebody in."""
    return [
        (policy, statement)
        for policy in assembly.all("AWS::SQS::QueuePolicy")
        for statement in policy.properties["PolicyDocument"]["Statement"]
        if statement["Effect"] == "Allow" and assembly.text(policy, statement["Resource"]) == queue
    ]


def test_every_rule_belongs_to_a_function_and_matches_its_events_on_the_malls_bus(assembly: Assembly) -> None:
    (bus,) = assembly.all("AWS::Events::EventBus")
    assert set(rules(assembly)) == set(HEARD)
    for name, rule in rules(assembly).items():
        pattern = rule.properties["EventPattern"]
        assert pattern["source"] == [BUS_SOURCE]
        assert set(pattern) == ({"source", "detail-type"} if HEARD[name] else {"source"})
        assert set(pattern.get("detail-type", ())) == HEARD[name]
        assert assembly.text(rule, rule.properties["EventBusName"]) == f"<{bus.id}>"


@pytest.mark.parametrize("function", hearing(), ids=lambda function: function.name)
def test_only_published_events_are_listened_for(function: FunctionSpec) -> None:
    assert isinstance(function.trigger, FromEvents)
    assert set(function.trigger.types) <= {event.__name__ for event in CATALOGUE}


def test_a_rule_copies_to_the_queue_that_its_function_consumes(assembly: Assembly) -> None:
    for name, rule in rules(assembly).items():
        (target,) = rule.properties["Targets"]
        assert assembly.text(rule, target["Arn"]) == source_of(assembly, name)


def test_what_the_bus_cannot_deliver_waits_with_what_the_function_could_not_take(assembly: Assembly) -> None:
    queues = {f"<{queue.id}.Arn>": queue for queue in assembly.all("AWS::SQS::Queue")}
    for name, rule in rules(assembly).items():
        queue = queues[source_of(assembly, name)]
        (target,) = rule.properties["Targets"]
        letters = assembly.text(queue, queue.properties["RedrivePolicy"]["deadLetterTargetArn"])
        assert assembly.text(rule, target["DeadLetterConfig"]["Arn"]) == letters


def test_only_the_functions_own_rule_may_send_to_its_queues(assembly: Assembly) -> None:
    for rule in rules(assembly).values():
        (target,) = rule.properties["Targets"]
        for arn in (target["Arn"], target["DeadLetterConfig"]["Arn"]):
            ((policy, statement),) = may_send(assembly, assembly.text(rule, arn))
            assert statement["Principal"] == {"Service": "events.amazonaws.com"}
            assert listed(statement["Action"]) == ["sqs:SendMessage"]
            assert set(statement["Condition"]) == {"ArnEquals"}
            assert assembly.text(policy, statement["Condition"]["ArnEquals"]["aws:SourceArn"]) == f"<{rule.id}.Arn>"


def test_each_consumer_has_a_queue_of_its_own(assembly: Assembly) -> None:
    sources = [source_of(assembly, name) for name in HEARD]
    assert len(set(sources)) == len(sources)


def test_events_come_in_batches_whose_failures_are_told_one_by_one(assembly: Assembly) -> None:
    for mapping in assembly.all("AWS::Lambda::EventSourceMapping"):
        if mapping.function in HEARD:
            batch, window = (mapping.properties.get(name) for name in ("BatchSize", "MaximumBatchingWindowInSeconds"))
            assert batch == 10 or (batch == 100 and window == 5)  # more than ten at once need a window
            assert mapping.properties["FunctionResponseTypes"] == ["ReportBatchItemFailures"]
            assert "ScalingConfig" in mapping.properties


def test_every_stream_wakes_the_outbox_only_by_rows_that_may_mean_something(assembly: Assembly) -> None:
    patterns = {}
    for mapping in assembly.all("AWS::Lambda::EventSourceMapping"):
        if mapping.function == "outbox-on-change":
            (only,) = mapping.properties["FilterCriteria"]["Filters"]
            patterns[mapping.path.rpartition("/From")[2]] = json.loads(only["Pattern"])
    assert {name.lower() for name in patterns} == {str(table) for table in STREAMS}
    written = ["INSERT", "MODIFY"]  # what is deleted means nothing
    assert patterns["Ledger"] == {"eventName": written}
    insight, coupons = [{"prefix": "activity/"}, {"prefix": "alert/"}], ["coupon", "definition"]
    assert patterns["Insight"] == {"eventName": written, "dynamodb": {"Keys": {"insight_id": {"S": insight}}}}
    assert patterns["Coupons"] == {"eventName": written, "dynamodb": {"Keys": {"kind": {"S": coupons}}}}
