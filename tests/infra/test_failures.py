"""Nothing that fails is lost: dead letters, failure destinations, alarms."""

from infra.capabilities import all_functions
from infra.capabilities.outbox import STREAMS
from infra.specs import FromEvents, FromProviders, FromQueue, FromStreams, FromUploads
from tests.infra.assembly import Assembly, Found

HOUR_MS = 3_600_000


def queues(assembly: Assembly) -> dict[str, Found]:
    return {queue.id: queue for queue in assembly.all("AWS::SQS::Queue")}


def queue_id(assembly: Assembly, found: Found, arn: object) -> str:
    """Turn `<Earn.ApplyQueue0E5E6E1D.Arn>` into `Earn.ApplyQueue0E5E6E1D`."""
    return assembly.text(found, arn).strip("<>").removesuffix(".Arn").removesuffix(".QueueName")


def dead_letters_of(assembly: Assembly, queue: Found) -> str | None:
    policy = queue.properties.get("RedrivePolicy")
    return queue_id(assembly, queue, policy["deadLetterTargetArn"]) if policy else None


def consumed(assembly: Assembly) -> set[str]:
    return {
        queue_id(assembly, mapping, mapping.properties["EventSourceArn"])
        for mapping in assembly.all("AWS::Lambda::EventSourceMapping")
    }


def test_every_consumed_queue_has_a_dead_letter_queue_that_nobody_consumes(assembly: Assembly) -> None:
    with_letters = {name: dead_letters_of(assembly, queue) for name, queue in queues(assembly).items()}
    working = consumed(assembly) & set(with_letters)
    consuming = FromEvents | FromProviders | FromQueue | FromUploads
    declared = [one for one in all_functions() if isinstance(one.trigger, consuming)]
    assert len(working) == len([letters for letters in with_letters.values() if letters]) == len(declared)
    for name in working:
        letters = with_letters[name]
        assert letters
        assert letters not in working
        assert queues(assembly)[name].properties["RedrivePolicy"]["maxReceiveCount"] == 5


def test_every_terminal_queue_keeps_two_weeks_and_raises_an_alarm(assembly: Assembly) -> None:
    watched = {
        queue_id(assembly, alarm, dimension["Value"])
        for alarm in assembly.all("AWS::CloudWatch::Alarm")
        for dimension in alarm.properties.get("Dimensions", [])
        if dimension["Name"] == "QueueName" and alarm.properties["AlarmActions"]
    }
    terminal = {name: queue for name, queue in queues(assembly).items() if name not in consumed(assembly)}
    assert terminal
    assert watched == set(terminal)
    assert {queue.properties["MessageRetentionPeriod"] for queue in terminal.values()} == {14 * 24 * 3600}


def test_a_message_stays_hidden_for_two_runs_of_its_consumer(assembly: Assembly) -> None:
    timeouts = {function.function: function.properties["Timeout"] for function in assembly.all("AWS::Lambda::Function")}
    found = queues(assembly)
    for mapping in assembly.all("AWS::Lambda::EventSourceMapping"):
        queue = found.get(queue_id(assembly, mapping, mapping.properties["EventSourceArn"]))
        if queue:
            assert queue.properties["VisibilityTimeout"] == 2 * timeouts[mapping.function]


def test_consumers_of_queues_report_single_failures_and_are_bounded(assembly: Assembly) -> None:
    for mapping in assembly.all("AWS::Lambda::EventSourceMapping"):
        assert mapping.properties["FunctionResponseTypes"] == ["ReportBatchItemFailures"]
        if queue_id(assembly, mapping, mapping.properties["EventSourceArn"]) in queues(assembly):
            assert 2 <= mapping.properties["ScalingConfig"]["MaximumConcurrency"] <= 16


def test_streams_bisect_retry_a_while_and_hand_over_what_fails(assembly: Assembly) -> None:
    streams = [
        mapping
        for mapping in assembly.all("AWS::Lambda::EventSourceMapping")
        if "StreamArn" in assembly.text(mapping, mapping.properties["EventSourceArn"])
    ]
    assert len(streams) == len(STREAMS)
    for mapping in streams:
        assert mapping.properties["BisectBatchOnFunctionError"] is True
        assert mapping.properties["MaximumRetryAttempts"] > 0
        assert mapping.properties["MaximumRecordAgeInSeconds"] < 24 * 3600
        destination = mapping.properties["DestinationConfig"]["OnFailure"]["Destination"]
        assert queue_id(assembly, mapping, destination) in queues(assembly)


def test_a_stream_an_hour_behind_raises_an_alarm(assembly: Assembly) -> None:
    consumers = {one.name for one in all_functions() if isinstance(one.trigger, FromStreams)}
    late = {
        alarm.function: alarm.properties["Threshold"]
        for alarm in assembly.all("AWS::CloudWatch::Alarm")
        if alarm.properties["MetricName"] == "IteratorAge"
    }
    assert late == dict.fromkeys(consumers, HOUR_MS)


def test_every_asynchronous_function_has_a_failure_destination(assembly: Assembly) -> None:
    destinations = {
        config.function: queue_id(assembly, config, config.properties["DestinationConfig"]["OnFailure"]["Destination"])
        for config in assembly.all("AWS::Lambda::EventInvokeConfig")
    }
    expected = {"coupons-daily", "expiry-daily", "outbox-republish", "program-on-deploy", "survey-hourly"}
    expected |= {
        "books-daily",
        "lake-daily",
        "segments-nightly",
        "insight-nightly",
        "notices-hourly",
        "notices-on-sms-log",
    }
    expected |= {"lifecycle-daily", "members-birthdays"}
    assert set(destinations) == expected
    assert set(destinations.values()) <= set(queues(assembly))


def test_the_failure_destination_belongs_to_what_is_invoked(assembly: Assembly) -> None:
    qualifier = "$LATEST" if assembly.deployment.in_china else "live"
    configs = assembly.all("AWS::Lambda::EventInvokeConfig")
    assert {config.properties["Qualifier"] for config in configs} == {qualifier}


def test_schedules_run_on_the_malls_clock_and_keep_what_they_cannot_start(assembly: Assembly) -> None:
    mall = assembly.deployment.mall
    schedules = {schedule.function: schedule for schedule in assembly.all("AWS::Scheduler::Schedule")}
    expiry, coupons, surveys = mall.schedules.expiry, mall.schedules.coupons, mall.schedules.surveys
    books = mall.schedules.books
    times = {
        "books-daily": f"{books.minute} {books.hour}",
        "expiry-daily": f"{expiry.minute} {expiry.hour}",
        "coupons-daily": f"{coupons.minute} {coupons.hour}",
        "survey-hourly": f"{surveys.minute} *",
        "lake-daily": f"{mall.schedules.lake.minute} {mall.schedules.lake.hour}",
        "notices-hourly": f"{mall.schedules.notices.minute} *",
        "insight-nightly": f"{mall.schedules.insight.minute} {mall.schedules.insight.hour}",
        "lifecycle-daily": f"{mall.schedules.lifecycle.minute} {mall.schedules.lifecycle.hour}",
        "segments-nightly": f"{mall.schedules.segments.minute} {mall.schedules.segments.hour}",
    }
    assert set(schedules) == set(times)
    for name, schedule in schedules.items():
        assert schedule.properties["ScheduleExpressionTimezone"] == mall.mall.time_zone
        assert schedule.properties["ScheduleExpression"] == f"cron({times[name]} * * ? *)"
        assert schedule.properties["Target"]["Input"] == "{}"
        letters = queue_id(assembly, schedule, schedule.properties["Target"]["DeadLetterConfig"]["Arn"])
        assert letters in queues(assembly)


def test_every_function_raises_an_alarm_when_it_fails(assembly: Assembly) -> None:
    alarmed = {
        alarm.function
        for alarm in assembly.all("AWS::CloudWatch::Alarm")
        if alarm.properties["MetricName"] == "Errors" and alarm.properties["AlarmActions"]
    }
    assert alarmed == {function.name for function in all_functions()}


def test_alarms_may_publish_to_their_topic(assembly: Assembly) -> None:
    (topic,) = [topic for topic in assembly.all("AWS::SNS::Topic") if "/Alarms/" in topic.path]
    (policy,) = [policy for policy in assembly.all("AWS::SNS::TopicPolicy") if "/Alarms/" in policy.path]
    allowed = [one for one in policy.properties["PolicyDocument"]["Statement"] if one["Effect"] == "Allow"]
    assert [(one["Principal"], one["Action"]) for one in allowed] == [
        ({"Service": "cloudwatch.amazonaws.com"}, "sns:Publish")
    ]
    targets = {
        assembly.text(alarm, action)
        for alarm in assembly.all("AWS::CloudWatch::Alarm")
        for action in alarm.properties["AlarmActions"]
    }
    assert targets == {f"<{topic.id}>"}


def test_queues_are_encrypted_and_refuse_plain_http(cloud: Assembly) -> None:
    refusing = {
        queue_id(cloud, policy, target)
        for policy in cloud.all("AWS::SQS::QueuePolicy")
        for target in policy.properties["Queues"]
        for statement in policy.properties["PolicyDocument"]["Statement"]
        if statement["Effect"] == "Deny" and statement.get("Condition") == {"Bool": {"aws:SecureTransport": "false"}}
    }
    assert refusing == set(queues(cloud))
    assert all(queue.properties["SqsManagedSseEnabled"] for queue in queues(cloud).values())
