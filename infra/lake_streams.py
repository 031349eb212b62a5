"""The Firehose streams of the lake, one a table: rows as JSON come in, Parquet files of the day they arrived go out."""

from aws_cdk import Aws, CfnElement, Duration, Stack
from aws_cdk import aws_cloudwatch as cloudwatch
from aws_cdk import aws_cloudwatch_actions as actions
from aws_cdk import aws_iam as iam
from aws_cdk import aws_kinesisfirehose as firehose
from aws_cdk import aws_s3 as s3
from aws_cdk import aws_sns as sns
from constructs import Construct

from infra.acknowledgements import acknowledge
from loyalty.lake.tables import TABLES, LakeTable

BUFFER_MB = 128
BUFFER_SECONDS = 300
"""How long rows wait for company: the lake is five minutes behind; live figures come from elsewhere."""
LATE_SECONDS = 3600
ARRIVAL_DAY = "!{timestamp:yyyy-MM-dd}"
S3_ACTIONS = ("AbortMultipartUpload", "GetBucketLocation", "GetObject", "ListBucket", "ListBucketMultipartUploads",
              "PutObject")  # fmt: skip

Encryption = firehose.CfnDeliveryStream.DeliveryStreamEncryptionConfigurationInputProperty
Extended = firehose.CfnDeliveryStream.ExtendedS3DestinationConfigurationProperty
Conversion = firehose.CfnDeliveryStream.DataFormatConversionConfigurationProperty


class Streams(Construct):
    """A stream per table and the role in which all of them write.

    Args:
        bucket: where the files go.
        database: the Glue database whose tables say what a file looks like.
        prefix: the beginning of the streams' names.
    """

    def __init__(self, scope: Construct, id_: str, *, bucket: s3.Bucket, database: str, prefix: str) -> None:
        super().__init__(scope, id_)
        self._bucket = bucket
        self._database = database
        self._role = self._make_role()
        self._names = {table.name: f"{prefix}{table.name}" for table in TABLES}
        self.all = tuple(self._make_stream(table) for table in TABLES)

    def alarm(self, topic: sns.ITopic) -> None:
        """Tell somebody when rows do not fit their table, or do not reach their file within an hour."""
        for name in self._names.values():
            unfit = _metric(name, "FailedConversion.Records", "sum")
            late = _metric(name, "DeliveryToS3.DataFreshness", "max")
            for metric, threshold, says in (
                (unfit, 0, "Rows do not fit their table: they lie below errors/ of the lake's bucket."),
                (late, LATE_SECONDS, "Rows wait for an hour already; Firehose keeps them for a day."),
            ):
                metric.create_alarm(
                    self,
                    f"{name}{metric.metric_name.replace('.', '')}",
                    threshold=threshold,
                    evaluation_periods=1,
                    comparison_operator=cloudwatch.ComparisonOperator.GREATER_THAN_THRESHOLD,
                    treat_missing_data=cloudwatch.TreatMissingData.NOT_BREACHING,
                    alarm_description=f"{name}: {says}",
                ).add_alarm_action(actions.SnsAction(topic))

    def _make_role(self) -> iam.Role:
        place = f"arn:{Aws.PARTITION}:glue:{Aws.REGION}:{Aws.ACCOUNT_ID}"
        tables = [f"{place}:table/{self._database}/{table.glue_name}" for table in TABLES]
        schemas = iam.PolicyStatement(
            actions=["glue:GetTable", "glue:GetTableVersion", "glue:GetTableVersions"],
            resources=[f"{place}:catalog", f"{place}:database/{self._database}", *tables],
        )
        files = iam.PolicyStatement(
            actions=[f"s3:{action}" for action in S3_ACTIONS],
            resources=[self._bucket.bucket_arn, self._bucket.arn_for_objects("*")],
        )
        role = iam.Role(
            self,
            "Writer",
            assumed_by=iam.ServicePrincipal(
                "firehose.amazonaws.com", conditions={"StringEquals": {"aws:SourceAccount": Aws.ACCOUNT_ID}}
            ),
            inline_policies={"grants": iam.PolicyDocument(statements=[files, schemas])},
        )
        bucket = Stack.of(self).get_logical_id(_resource(self._bucket))
        acknowledge(role, f"AwsSolutions-IAM5[Resource::<{bucket}.Arn>/*]", "Firehose chooses the names of files.")
        return role

    def _conversion(self, table: LakeTable) -> Conversion:
        """Say that rows are JSON, of which Hive's reader takes days too, and files Parquet, as Glue knows the table."""
        made = firehose.CfnDeliveryStream
        return Conversion(
            enabled=True,
            input_format_configuration=made.InputFormatConfigurationProperty(
                deserializer=made.DeserializerProperty(hive_json_ser_de=made.HiveJsonSerDeProperty())
            ),
            output_format_configuration=made.OutputFormatConfigurationProperty(
                serializer=made.SerializerProperty(parquet_ser_de=made.ParquetSerDeProperty(compression="SNAPPY"))
            ),
            schema_configuration=made.SchemaConfigurationProperty(
                catalog_id=Aws.ACCOUNT_ID,
                database_name=self._database,
                table_name=table.glue_name,
                region=Aws.REGION,
                role_arn=self._role.role_arn,
                version_id="LATEST",
            ),
        )

    def _make_stream(self, table: LakeTable) -> firehose.CfnDeliveryStream:
        folder = f"{table.name}/v{table.version}/day={ARRIVAL_DAY}/"
        stream = firehose.CfnDeliveryStream(
            self,
            table.name.capitalize(),
            delivery_stream_name=self._names[table.name],
            delivery_stream_type="DirectPut",
            delivery_stream_encryption_configuration_input=Encryption(key_type="AWS_OWNED_CMK"),
            extended_s3_destination_configuration=Extended(
                bucket_arn=self._bucket.bucket_arn,
                role_arn=self._role.role_arn,
                prefix=folder,
                error_output_prefix=f"errors/{table.name}/!{{firehose:error-output-type}}/day={ARRIVAL_DAY}/",
                buffering_hints=firehose.CfnDeliveryStream.BufferingHintsProperty(
                    size_in_m_bs=BUFFER_MB, interval_in_seconds=BUFFER_SECONDS
                ),
                compression_format="UNCOMPRESSED",
                data_format_conversion_configuration=self._conversion(table),
            ),
        )
        stream.node.add_dependency(self._role)
        return stream


def _metric(stream: str, name: str, statistic: str) -> cloudwatch.Metric:
    return cloudwatch.Metric(
        namespace="AWS/Firehose",
        metric_name=name,
        dimensions_map={"DeliveryStreamName": stream},
        statistic=statistic,
        period=Duration.minutes(5),
    )


def _resource(bucket: s3.Bucket) -> CfnElement:
    resource = bucket.node.default_child
    assert isinstance(resource, CfnElement)  # noqa: S101 - a fact about CDK, for the type checker
    return resource
