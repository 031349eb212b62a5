"""Queues: every one has a dead-letter queue, or is one that people empty; both raise an alarm."""

from aws_cdk import Duration
from aws_cdk import aws_cloudwatch as cloudwatch
from aws_cdk import aws_cloudwatch_actions as actions
from aws_cdk import aws_sns as sns
from aws_cdk import aws_sqs as sqs
from constructs import Construct

from infra.acknowledgements import accept_plain_http, acknowledge
from infra.context import Deployment

DELIVERIES_BEFORE_GIVING_UP = 5
VISIBILITY_TIMEOUTS = 2
"""How many runs of the consumer a message stays hidden. AWS advises six for consumers that may be throttled; ours are
bounded by their event source, and what a crashed run held must not wait for hours."""


class TerminalQueue(Construct):
    """A queue that no function consumes: what arrives here waits two weeks for a person.

    Args:
        deployment: the mall and stage.
        topic: who is told as soon as something arrives.
    """

    def __init__(self, scope: Construct, id_: str, *, deployment: Deployment, topic: sns.ITopic) -> None:
        super().__init__(scope, id_)
        self.queue = sqs.Queue(
            self,
            "Queue",
            encryption=sqs.QueueEncryption.SQS_MANAGED,
            enforce_ssl=deployment.tls_only,
            retention_period=Duration.days(14),
        )
        accept_plain_http(self.queue, "AwsSolutions-SQS4", deployment)
        for rule in ("AwsSolutions-SQS3", "Serverless-SQSRedrivePolicy"):
            acknowledge(self.queue, rule, "It is where failed messages end; a person redrives them.")
        self._alarm_when_not_empty(topic)

    def _alarm_when_not_empty(self, topic: sns.ITopic) -> None:
        depth = self.queue.metric_approximate_number_of_messages_visible(period=Duration.minutes(1), statistic="max")
        depth.create_alarm(
            self,
            "NotEmpty",
            threshold=0,
            evaluation_periods=1,
            comparison_operator=cloudwatch.ComparisonOperator.GREATER_THAN_THRESHOLD,
            treat_missing_data=cloudwatch.TreatMissingData.NOT_BREACHING,
            alarm_description="Messages failed for good and wait for a person; see docs/operations.md, redrive.",
        ).add_alarm_action(actions.SnsAction(topic))


class WorkQueue(Construct):
    """A queue with a consumer, and a terminal queue for what the consumer cannot take.

    Args:
        deployment: the mall and stage.
        consumer_timeout_s: how long one run of the consumer may take, in seconds.
        topic: who is told when messages end in the terminal queue.
    """

    def __init__(
        self,
        scope: Construct,
        id_: str,
        *,
        deployment: Deployment,
        consumer_timeout_s: int,
        topic: sns.ITopic,
    ) -> None:
        super().__init__(scope, id_)
        self.failed = TerminalQueue(self, "Failed", deployment=deployment, topic=topic)
        self.queue = sqs.Queue(
            self,
            "Queue",
            encryption=sqs.QueueEncryption.SQS_MANAGED,
            enforce_ssl=deployment.tls_only,
            visibility_timeout=Duration.seconds(consumer_timeout_s * VISIBILITY_TIMEOUTS),
            retention_period=Duration.days(4),
            dead_letter_queue=sqs.DeadLetterQueue(
                queue=self.failed.queue, max_receive_count=DELIVERIES_BEFORE_GIVING_UP
            ),
        )
        accept_plain_http(self.queue, "AwsSolutions-SQS4", deployment)
