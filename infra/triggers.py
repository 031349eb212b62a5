"""What starts a function besides the gateway: queues, events, streams, the schedule, a deployment."""

import json
from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from aws_cdk import Aws, CfnCustomResource, Duration
from aws_cdk import aws_cloudwatch as cloudwatch
from aws_cdk import aws_cloudwatch_actions as actions
from aws_cdk import aws_events as events
from aws_cdk import aws_iam as iam
from aws_cdk import aws_lambda as lambda_
from aws_cdk import aws_scheduler as scheduler
from aws_cdk import aws_sns as sns
from aws_cdk import aws_sqs as sqs

from infra.acknowledgements import acknowledge
from infra.data import DataStack
from infra.grants import NOTHING, Granted, Platform, allow, wildcard
from infra.queues import TerminalQueue
from infra.specs import (
    FromEvents,
    FromProviders,
    FromQueue,
    FromSchedule,
    FromStreams,
    FromUploads,
    FunctionSpec,
    Special,
    Table,
)
from infra.tables import KEYS, MEANT, Meant
from loyalty.events.envelope import BUS_SOURCE

if TYPE_CHECKING:
    from infra.function import Function

ITERATOR_AGE_ALARM = Duration.hours(1)
"""A stream keeps 24 hours; an hour behind leaves time to act."""
STREAM_BATCH = 100
STREAM_RETRIES = 8
STREAM_RECORD_AGE = Duration.hours(12)
DEPLOYMENT_TIMEOUT_S = 120


def source_queue(spec: FunctionSpec, data: DataStack, queues: Mapping[str, sqs.IQueue]) -> sqs.IQueue | None:
    """Return the queue a function consumes, if it does."""
    if isinstance(spec.trigger, FromUploads):
        return data.uploads[spec.trigger.name].queue
    return queues[spec.queue] if spec.queue else None


def reading_of(spec: FunctionSpec, data: DataStack, queues: Mapping[str, sqs.IQueue]) -> Granted:
    """Return what the role needs so that Lambda can read the function's source on its behalf."""
    queue = source_queue(spec, data, queues)
    if queue:
        consume = ("sqs:ReceiveMessage", "sqs:DeleteMessage", "sqs:GetQueueAttributes")
        return Granted((allow(consume, queue.queue_arn),))
    if isinstance(spec.trigger, FromStreams):
        return _reading_of_streams(spec.trigger, data)
    return NOTHING


def _reading_of_streams(trigger: FromStreams, data: DataStack) -> Granted:
    tables = [data.tables[table] for table in trigger.tables]
    read = ("dynamodb:DescribeStream", "dynamodb:GetRecords", "dynamodb:GetShardIterator")
    reason = "Listing the streams of one table is as narrow as DynamoDB goes."
    return Granted(
        (
            allow(read, *(str(table.table_stream_arn) for table in tables)),
            allow(("dynamodb:ListStreams",), *(f"{table.table_arn}/stream/*" for table in tables)),
        ),
        {},
        {wildcard(data, table.table_arn, "/stream/*"): reason for table in tables},
    )


def connect(function: "Function", platform: Platform, queues: Mapping[str, sqs.IQueue]) -> None:
    """Attach a built function to what its declaration says starts it."""
    trigger = function.spec.trigger
    queue = source_queue(function.spec, platform.data, queues)
    if queue:
        _from_queue(function, queue)
        if isinstance(trigger, FromEvents):
            _from_bus(function, trigger, queue, platform.data)
        elif isinstance(trigger, FromProviders):
            _from_providers(function, queue, platform.data)
    elif isinstance(trigger, FromStreams):
        _from_streams(function, trigger, platform.data)
    elif isinstance(trigger, FromSchedule):
        _from_schedule(function, trigger, platform)
    elif trigger is Special.DEPLOYMENT:
        _from_deployment(function, platform)
    elif trigger is Special.SMS_LOG and platform.deployment.sends_sms:
        _from_sms_log(function)


def _from_queue(function: "Function", queue: sqs.IQueue) -> None:
    consumers = function.size.consumers
    mapping = lambda_.CfnEventSourceMapping(
        function,
        "FromQueue",
        function_name=function.target_arn,
        event_source_arn=queue.queue_arn,
        batch_size=_batch_size(function.spec),
        maximum_batching_window_in_seconds=_window_s(function.spec),
        function_response_types=["ReportBatchItemFailures"],
        scaling_config=lambda_.CfnEventSourceMapping.ScalingConfigProperty(maximum_concurrency=consumers),
    )
    acknowledge(mapping, "Serverless-LambdaEventSourceMappingDestination", "A queue's failures go to the "
                "queue's own dead letters; SQS mappings take no destination.")  # fmt: skip


def _batch_size(spec: FunctionSpec) -> int:
    return spec.trigger.batch_size if isinstance(spec.trigger, FromQueue | FromEvents) else 1


def _window_s(spec: FunctionSpec) -> int | None:
    return spec.trigger.window_s or None if isinstance(spec.trigger, FromEvents) else None


def _from_bus(function: "Function", trigger: FromEvents, queue: sqs.IQueue, data: DataStack) -> None:
    """Copy the events to the function's queue; what the bus cannot deliver goes where the queue's failures go."""
    failed = _dead_letters(queue)
    rule = events.CfnRule(
        function,
        "Heard",
        description=f"What {function.name} hears of",
        event_bus_name=data.bus.event_bus_name,
        event_pattern={"source": [BUS_SOURCE]} | ({"detail-type": list(trigger.types)} if trigger.types else {}),
        targets=[
            events.CfnRule.TargetProperty(
                id="queue",
                arn=queue.queue_arn,
                dead_letter_config=events.CfnRule.DeadLetterConfigProperty(arn=failed.queue_arn),
            )
        ],
    )
    for target in (queue, failed):
        target.add_to_resource_policy(
            iam.PolicyStatement(
                principals=[iam.ServicePrincipal("events.amazonaws.com")],
                actions=["sqs:SendMessage"],
                resources=[target.queue_arn],
                conditions={"ArnEquals": {"aws:SourceArn": rule.attr_arn}},
            )
        )


def _from_providers(function: "Function", queue: sqs.IQueue, data: DataStack) -> None:
    """Copy what providers tell to the function's queue; what the topic cannot deliver goes where its failures go."""
    topic, failed = data.messages.told, _dead_letters(queue)
    for target in (queue, failed):
        target.add_to_resource_policy(
            iam.PolicyStatement(
                principals=[iam.ServicePrincipal("sns.amazonaws.com")],
                actions=["sqs:SendMessage"],
                resources=[target.queue_arn],
                conditions={"ArnEquals": {"aws:SourceArn": topic.topic_arn}},
            )
        )
    sns.CfnSubscription(
        function,
        "Told",
        topic_arn=topic.topic_arn,
        protocol="sqs",
        endpoint=queue.queue_arn,
        raw_message_delivery=True,
        redrive_policy={"deadLetterTargetArn": failed.queue_arn},
    )


def _from_sms_log(function: "Function") -> None:
    """Let SNS's two logs of text messages invoke the function; who subscribes them is said in `docs/notices.md`."""
    for name, folder in (("Delivered", ""), ("Failed", "/Failure")):
        group = f"sns/{Aws.REGION}/{Aws.ACCOUNT_ID}/DirectPublishToPhoneNumber{folder}"
        lambda_.CfnPermission(
            function,
            f"LogOf{name}",
            action="lambda:InvokeFunction",
            function_name=function.target_arn,
            principal="logs.amazonaws.com",
            source_account=Aws.ACCOUNT_ID,
            source_arn=f"arn:{Aws.PARTITION}:logs:{Aws.REGION}:{Aws.ACCOUNT_ID}:log-group:{group}:*",
        )


def _dead_letters(queue: sqs.IQueue) -> sqs.IQueue:
    if not isinstance(queue, sqs.Queue) or queue.dead_letter_queue is None:
        raise ValueError("a queue without dead letters loses the events its consumer cannot take")
    return queue.dead_letter_queue.queue


def _from_streams(function: "Function", trigger: FromStreams, data: DataStack) -> None:
    for table in trigger.tables:
        lambda_.CfnEventSourceMapping(
            function,
            f"From{table.capitalize()}",
            function_name=function.target_arn,
            event_source_arn=data.tables[table].table_stream_arn,
            starting_position="TRIM_HORIZON",
            batch_size=STREAM_BATCH,
            maximum_batching_window_in_seconds=1,
            bisect_batch_on_function_error=True,
            maximum_retry_attempts=STREAM_RETRIES,
            maximum_record_age_in_seconds=STREAM_RECORD_AGE.to_seconds(),
            function_response_types=["ReportBatchItemFailures"],
            destination_config=_on_failure(function.failed),
            filter_criteria=_only_meant(table),
        )
    _alarm_when_behind(function, data)


def _only_meant(table: Table) -> lambda_.CfnEventSourceMapping.FilterCriteriaProperty:
    """Keep from the function what was deleted, and the rows that mean nothing where their keys tell."""
    meant, (partition, *sort) = MEANT.get(table, Meant()), KEYS[table]
    keys: dict[str, Any] = {}
    if meant.partitions:
        keys[partition] = {"S": [{"prefix": prefix} for prefix in meant.partitions]}
    if meant.kinds:
        keys[sort[0]] = {"S": list(meant.kinds)}
    pattern = {"eventName": ["INSERT", "MODIFY"], **({"dynamodb": {"Keys": keys}} if keys else {})}
    only = lambda_.CfnEventSourceMapping.FilterProperty(pattern=json.dumps(pattern))
    return lambda_.CfnEventSourceMapping.FilterCriteriaProperty(filters=[only])


def _on_failure(failed: TerminalQueue | None) -> lambda_.CfnEventSourceMapping.DestinationConfigProperty:
    if failed is None:
        raise ValueError("a stream without a failure destination loses what it cannot deliver")
    on_failure = lambda_.CfnEventSourceMapping.OnFailureProperty(destination=failed.queue.queue_arn)
    return lambda_.CfnEventSourceMapping.DestinationConfigProperty(on_failure=on_failure)


def _alarm_when_behind(function: "Function", data: DataStack) -> None:
    age = function.function.metric("IteratorAge", statistic="max", period=Duration.minutes(5))
    age.create_alarm(
        function,
        "Behind",
        threshold=ITERATOR_AGE_ALARM.to_milliseconds(),
        evaluation_periods=1,
        comparison_operator=cloudwatch.ComparisonOperator.GREATER_THAN_OR_EQUAL_TO_THRESHOLD,
        treat_missing_data=cloudwatch.TreatMissingData.NOT_BREACHING,
        alarm_description="Events are an hour late; after 24 hours the stream forgets them.",
    ).add_alarm_action(actions.SnsAction(data.alarms))


def _from_schedule(function: "Function", trigger: FromSchedule, platform: Platform) -> None:
    """Start the function daily or hourly, by the mall's wall clock. One terminal queue takes what cannot be started."""
    at = getattr(platform.deployment.mall.schedules, trigger.name)
    when = f"hour at minute {at.minute}" if trigger.hourly else f"day at {at:%H:%M}"
    undelivered = TerminalQueue(function, "NotStarted", deployment=platform.deployment, topic=platform.data.alarms)
    role = iam.Role(
        function,
        "ScheduleRole",
        assumed_by=iam.ServicePrincipal("scheduler.amazonaws.com"),
        inline_policies={
            "start": iam.PolicyDocument(
                statements=[
                    allow(("lambda:InvokeFunction",), function.target_arn),
                    allow(("sqs:SendMessage",), undelivered.queue.queue_arn),
                ]
            )
        },
    )
    scheduler.CfnSchedule(
        function,
        "Schedule",
        description=f"{function.name}, every {when} on the mall's clock",
        schedule_expression=f"cron({at.minute} {'*' if trigger.hourly else at.hour} * * ? *)",
        schedule_expression_timezone=platform.deployment.mall.mall.time_zone,
        flexible_time_window=scheduler.CfnSchedule.FlexibleTimeWindowProperty(mode="OFF"),
        target=scheduler.CfnSchedule.TargetProperty(
            arn=function.target_arn,
            role_arn=role.role_arn,
            input=json.dumps({}),
            dead_letter_config=scheduler.CfnSchedule.DeadLetterConfigProperty(arn=undelivered.queue.queue_arn),
        ),
    )


def _from_deployment(function: "Function", platform: Platform) -> None:
    """Hand the mall's programme over; the function answers CloudFormation itself."""
    programme = platform.deployment.mall.program.published()
    resource = CfnCustomResource(
        function, "OnDeploy", service_token=function.target_arn, service_timeout=DEPLOYMENT_TIMEOUT_S
    )
    resource.add_property_override("Programme", json.dumps(programme, ensure_ascii=False, sort_keys=True))
