"""The data stack: what must outlive every deployment of the application.

The queues that hear of uploads stand here beside the bucket: S3 checks them when the bucket is made, and a bucket
that knew of the application's queues would tie the two stacks into a knot.
"""

from aws_cdk import CfnOutput, Duration, Stack
from aws_cdk import aws_dynamodb as dynamodb
from aws_cdk import aws_events as events
from aws_cdk import aws_iam as iam
from aws_cdk import aws_s3 as s3
from aws_cdk import aws_secretsmanager as secretsmanager
from aws_cdk import aws_sns as sns
from aws_cdk import aws_sns_subscriptions as subscriptions
from constructs import Construct

from infra.acknowledgements import accept_plain_http, acknowledge
from infra.context import Deployment
from infra.messages import Messages
from infra.queues import WorkQueue
from infra.sizing import SIZES
from infra.specs import Table
from infra.tables import INDEXES, KEYS, STREAMS, TIME_TO_LIVE, attribute

UPLOADS = {"members": "members-on-upload", "purchases": "earn-on-upload"}
"""Which function hears of files below `uploads/<name>/`."""


class DataStack(Stack):
    """Tables, imports bucket, pepper, event bus, and the topic that carries alarms."""

    def __init__(self, scope: Construct, id_: str, *, deployment: Deployment) -> None:
        super().__init__(scope, id_, **deployment.stack("tables, bucket, secret, event bus"))
        self._deployment = deployment
        self.alarms = self._make_topic()
        self.tables = {table: self._make_table(table) for table in Table}
        self.uploads = {name: self._make_upload_queue(name) for name in UPLOADS}
        self.bucket = self._make_bucket()
        self.pepper_arn = self._make_pepper()
        self.bus = self._make_bus()
        self.messages = Messages(self, "Messages", deployment=deployment, account=self.account)
        self._tell_tools()

    def _make_topic(self) -> sns.Topic:
        topic = sns.Topic(self, "Alarms", enforce_ssl=self._deployment.tls_only)
        accept_plain_http(topic, "AwsSolutions-SNS3", self._deployment)
        acknowledge(topic, "AwsSolutions-SNS2", "CloudWatch cannot publish to a topic under the AWS-managed key; "
                    "alarms carry metric names and no personal data.")  # fmt: skip
        # A policy of our own replaces the one that lets the account's alarms publish.
        topic.add_to_resource_policy(
            iam.PolicyStatement(
                principals=[iam.ServicePrincipal("cloudwatch.amazonaws.com")],
                actions=["sns:Publish"],
                resources=[topic.topic_arn],
                conditions={"StringEquals": {"aws:SourceAccount": self.account}},
            )
        )
        for address in self._deployment.mall.operations.alarm_emails:
            topic.add_subscription(subscriptions.EmailSubscription(address))
        return topic

    def _make_table(self, name: Table) -> dynamodb.Table:
        table = dynamodb.Table(
            self,
            name.capitalize(),
            partition_key=attribute(KEYS[name][0]),
            sort_key=attribute(KEYS[name][1]) if len(KEYS[name]) > 1 else None,
            billing_mode=dynamodb.BillingMode.PAY_PER_REQUEST,
            encryption=dynamodb.TableEncryption.AWS_MANAGED,
            point_in_time_recovery_specification=dynamodb.PointInTimeRecoverySpecification(
                point_in_time_recovery_enabled=True
            ),
            deletion_protection=self._deployment.protected,
            removal_policy=self._deployment.data_removal,
            stream=STREAMS.get(name),
            time_to_live_attribute=TIME_TO_LIVE.get(name),
        )
        for index in INDEXES.get(name, ()):
            table.add_global_secondary_index(**index.props())
        return table

    def _make_upload_queue(self, name: str) -> WorkQueue:
        timeout_s = SIZES[UPLOADS[name]].timeout_s
        uploads = WorkQueue(
            self,
            f"{name.capitalize()}Uploads",
            deployment=self._deployment,
            consumer_timeout_s=timeout_s,
            topic=self.alarms,
        )
        # The bucket's ARN here would make a circle; the account is what keeps strangers' buckets out.
        uploads.queue.add_to_resource_policy(
            iam.PolicyStatement(
                principals=[iam.ServicePrincipal("s3.amazonaws.com")],
                actions=["sqs:SendMessage"],
                resources=[uploads.queue.queue_arn],
                conditions={"StringEquals": {"aws:SourceAccount": self.account}},
            )
        )
        return uploads

    def _make_bucket(self) -> s3.Bucket:
        bucket = s3.Bucket(
            self,
            "ImportFiles",
            encryption=s3.BucketEncryption.S3_MANAGED,
            block_public_access=s3.BlockPublicAccess.BLOCK_ALL,
            object_ownership=s3.ObjectOwnership.BUCKET_OWNER_ENFORCED,
            enforce_ssl=self._deployment.tls_only,
            lifecycle_rules=[
                s3.LifecycleRule(
                    expiration=Duration.days(30),
                    abort_incomplete_multipart_upload_after=Duration.days(1),
                )
            ],
            removal_policy=self._deployment.data_removal,
        )
        for rule in ("AwsSolutions-S10", "Serverless-S3EnforceSSL"):
            accept_plain_http(bucket, rule, self._deployment)
        acknowledge(bucket, "AwsSolutions-S1", "Every file belongs to an import job that records who sent it; "
                    "files live 30 days and only this stage's functions read them.")  # fmt: skip
        self._notify(bucket)
        return bucket

    def _notify(self, bucket: s3.Bucket) -> None:
        """Announce uploads by the bucket's own property; CDK's way needs a function with wide rights."""
        resource = bucket.node.default_child
        assert isinstance(resource, s3.CfnBucket)  # noqa: S101 - a fact about CDK, for the type checker
        resource.notification_configuration = s3.CfnBucket.NotificationConfigurationProperty(
            queue_configurations=[_queue_configuration(name, work) for name, work in self.uploads.items()]
        )
        for work in self.uploads.values():
            resource.node.add_dependency(work.queue.node.find_child("Policy"))

    def _make_pepper(self) -> str:
        pepper = secretsmanager.Secret(
            self,
            "Pepper",
            description="Keys the hashes of phones, codes and client keys. Changing it forgets them all.",
            generate_secret_string=secretsmanager.SecretStringGenerator(password_length=64, exclude_punctuation=True),
            removal_policy=self._deployment.data_removal,
        )
        acknowledge(pepper, "AwsSolutions-SMG4", "A keyed hash is only found again with the same key; "
                    "rotating would orphan every stored hash.")  # fmt: skip
        # CDK's `secret_arn` is a Ref, which the local cloud answers with the bare name; `Id` is the ARN everywhere.
        resource = pepper.node.default_child
        assert isinstance(resource, secretsmanager.CfnSecret)  # noqa: S101 - a fact about CDK, for the type checker
        return resource.attr_id

    def _make_bus(self) -> events.EventBus:
        bus = events.EventBus(self, "Bus", event_bus_name=self._deployment.name)
        if not self._deployment.local:
            bus.archive(
                "Archive",
                description="Every event of the mall, to be replayed to a new or repaired consumer.",
                event_pattern=events.EventPattern(account=[self.account]),
                retention=Duration.days(self._deployment.mall.limits.archive_days),
            )
        return bus

    def _tell_tools(self) -> None:
        for name, table in self.tables.items():
            CfnOutput(self, f"{name.capitalize()}TableName", value=table.table_name)
        CfnOutput(self, "ImportsBucketName", value=self.bucket.bucket_name)
        CfnOutput(self, "EventBusName", value=self.bus.event_bus_name)
        CfnOutput(self, "PepperSecretArn", value=self.pepper_arn)
        CfnOutput(self, "AlarmTopicArn", value=self.alarms.topic_arn)


def _queue_configuration(name: str, work: WorkQueue) -> s3.CfnBucket.QueueConfigurationProperty:
    prefix = s3.CfnBucket.FilterRuleProperty(name="prefix", value=f"uploads/{name}/")
    return s3.CfnBucket.QueueConfigurationProperty(
        event="s3:ObjectCreated:*",
        queue=work.queue.queue_arn,
        filter=s3.CfnBucket.NotificationFilterProperty(s3_key=s3.CfnBucket.S3KeyFilterProperty(rules=[prefix])),
    )
