"""The lake of a mall and stage: a bucket of Parquet files, a Glue table per `loyalty.lake.tables`, streams, Athena.

    events ──> functions/lake ──> one Firehose stream a table ──> s3://<bucket>/<table>/v1/day=<UTC day>/ ──> Athena

Like the data stack it outlives the application: what fell out of a queue or a stream is history that only the lake has.
"""

from aws_cdk import Aws, CfnOutput, Duration, Stack
from aws_cdk import aws_athena as athena
from aws_cdk import aws_cloudwatch as cloudwatch
from aws_cdk import aws_cloudwatch_actions as actions
from aws_cdk import aws_glue as glue
from aws_cdk import aws_s3 as s3
from aws_cdk import aws_sns as sns
from constructs import Construct

from infra.acknowledgements import accept_plain_http, acknowledge
from infra.context import Deployment
from infra.lake_streams import Streams
from infra.lake_views import Views
from loyalty.lake.athena import RESULTS
from loyalty.lake.tables import TABLES, Column, LakeTable

PARQUET = "org.apache.hadoop.hive.ql.io.parquet"
BYTES_A_QUERY = 100 * 10**9
"""Where Athena gives a query up: half a dollar. The nightly refresh of 10 million receipts stays far below it."""
BYTES_A_DAY = 10**12
"""What all queries of a day may read before somebody is told: five dollars."""
FIRST_DAY = "2026-01-01"
"""No file of a lake is older: the first day of the partitions that Athena looks for."""
RESULTS_KEPT_DAYS = 7
ERRORS_KEPT_DAYS = 30
ERRORS = "errors"
"""The folder of rows that fit their table not."""


class LakeStack(Stack):
    """Everything between the function that makes rows and those that ask for them.

    Args:
        deployment: the mall and stage.
        alarms: who is told when rows do not arrive.
    """

    def __init__(self, scope: Construct, id_: str, *, deployment: Deployment, alarms: sns.ITopic) -> None:
        super().__init__(scope, id_, **deployment.stack("lake: files, tables, streams, Athena"))
        self._deployment = deployment
        self.bucket = self._make_bucket()
        self.database = f"{deployment.name.replace('-', '_')}_lake"
        self.workgroup = f"{deployment.name}-lake"
        self.stream_prefix = f"{deployment.name}-lake-"
        database = glue.CfnDatabase(
            self,
            "Database",
            catalog_id=Aws.ACCOUNT_ID,
            database_input=glue.CfnDatabase.DatabaseInputProperty(
                name=self.database, description="What happened in the mall, as flat rows (docs/lake.md)."
            ),
        )
        tables = [self._make_table(table, database) for table in TABLES]
        streams = Streams(self, "Streams", bucket=self.bucket, database=self.database, prefix=self.stream_prefix)
        for stream in streams.all:
            stream.node.add_dependency(*tables)
        streams.alarm(alarms)
        if not deployment.local:
            for view in Views(self, "Views", database=self.database).all:
                view.node.add_dependency(*tables)
        self._make_workgroup(alarms)
        self._tell_tools()

    def stream_arn(self, table: LakeTable) -> str:
        """Return the ARN of the stream into a table."""
        stream = f"deliverystream/{self.stream_prefix}{table.name}"
        return f"arn:{Aws.PARTITION}:firehose:{Aws.REGION}:{Aws.ACCOUNT_ID}:{stream}"

    @property
    def workgroup_arn(self) -> str:
        """The ARN of the work group that every query runs in."""
        return f"arn:{Aws.PARTITION}:athena:{Aws.REGION}:{Aws.ACCOUNT_ID}:workgroup/{self.workgroup}"

    @property
    def catalog_arns(self) -> tuple[str, ...]:
        """What Glue checks when a table is looked up: the catalogue, the database, and each table."""
        place = f"arn:{Aws.PARTITION}:glue:{Aws.REGION}:{Aws.ACCOUNT_ID}"
        tables = (f"{place}:table/{self.database}/{table.glue_name}" for table in TABLES)
        return f"{place}:catalog", f"{place}:database/{self.database}", *tables

    def _make_bucket(self) -> s3.Bucket:
        bucket = s3.Bucket(
            self,
            "Files",
            encryption=s3.BucketEncryption.S3_MANAGED,
            block_public_access=s3.BlockPublicAccess.BLOCK_ALL,
            object_ownership=s3.ObjectOwnership.BUCKET_OWNER_ENFORCED,
            enforce_ssl=self._deployment.tls_only,
            lifecycle_rules=[
                s3.LifecycleRule(abort_incomplete_multipart_upload_after=Duration.days(1)),
                s3.LifecycleRule(prefix=f"{RESULTS}/", expiration=Duration.days(RESULTS_KEPT_DAYS)),
                s3.LifecycleRule(prefix=f"{ERRORS}/", expiration=Duration.days(ERRORS_KEPT_DAYS)),
            ],
            removal_policy=self._deployment.data_removal,
        )
        for rule in ("AwsSolutions-S10", "Serverless-S3EnforceSSL"):
            accept_plain_http(bucket, rule, self._deployment)
        acknowledge(bucket, "AwsSolutions-S1", "Rows name no person, only this stage's functions and Firehose reach "
                    "them, and Athena keeps who asked what.")  # fmt: skip
        return bucket

    def _make_table(self, table: LakeTable, database: glue.CfnDatabase) -> glue.CfnTable:
        location = f"s3://{self.bucket.bucket_name}/{folder(table)}/"
        made = glue.CfnTable(
            self,
            table.name.capitalize(),
            catalog_id=Aws.ACCOUNT_ID,
            database_name=self.database,
            table_input=glue.CfnTable.TableInputProperty(
                name=table.glue_name,
                description=table.meaning,
                table_type="EXTERNAL_TABLE",
                parameters={
                    "classification": "parquet",
                    "EXTERNAL": "TRUE",
                    # Athena computes the partitions: nothing has to register a day before it can be asked for.
                    "projection.enabled": "true",
                    "projection.day.type": "date",
                    "projection.day.format": "yyyy-MM-dd",
                    "projection.day.range": f"{FIRST_DAY},NOW",
                    "storage.location.template": f"{location}day=${{day}}/",
                },
                partition_keys=[glue.CfnTable.ColumnProperty(name="day", type="date", comment="UTC day of arrival.")],
                storage_descriptor=_storage(table, location),
            ),
        )
        made.add_dependency(database)
        return made

    def _make_workgroup(self, topic: sns.ITopic) -> None:
        results = athena.CfnWorkGroup.ResultConfigurationProperty(
            output_location=f"s3://{self.bucket.bucket_name}/{RESULTS}/",
            encryption_configuration=athena.CfnWorkGroup.EncryptionConfigurationProperty(encryption_option="SSE_S3"),
        )
        athena.CfnWorkGroup(
            self,
            "Questions",
            name=self.workgroup,
            description="Every query of this mall; what one may read is bounded.",
            recursive_delete_option=self._deployment.local,
            work_group_configuration=athena.CfnWorkGroup.WorkGroupConfigurationProperty(
                enforce_work_group_configuration=True,
                publish_cloud_watch_metrics_enabled=True,
                bytes_scanned_cutoff_per_query=BYTES_A_QUERY,
                engine_version=athena.CfnWorkGroup.EngineVersionProperty(
                    selected_engine_version="Athena engine version 3"
                ),
                result_configuration=results,
            ),
        )
        cloudwatch.Metric(
            namespace="AWS/Athena",
            metric_name="ProcessedBytes",
            dimensions_map={"WorkGroup": self.workgroup},
            statistic="sum",
            period=Duration.days(1),
        ).create_alarm(
            self,
            "Expensive",
            threshold=BYTES_A_DAY,
            evaluation_periods=1,
            treat_missing_data=cloudwatch.TreatMissingData.NOT_BREACHING,
            alarm_description="The queries of a day read more than a terabyte; docs/lake.md says what they should.",
        ).add_alarm_action(actions.SnsAction(topic))

    def _tell_tools(self) -> None:
        CfnOutput(self, "LakeBucketName", value=self.bucket.bucket_name)
        CfnOutput(self, "LakeDatabase", value=self.database)
        CfnOutput(self, "LakeWorkgroup", value=self.workgroup)


def folder(table: LakeTable) -> str:
    """Return where in the bucket the days of a table lie."""
    return f"{table.name}/v{table.version}"


def _storage(table: LakeTable, location: str) -> glue.CfnTable.StorageDescriptorProperty:
    return glue.CfnTable.StorageDescriptorProperty(
        location=location,
        columns=[_column(column) for column in table.columns],
        input_format=f"{PARQUET}.MapredParquetInputFormat",
        output_format=f"{PARQUET}.MapredParquetOutputFormat",
        serde_info=glue.CfnTable.SerdeInfoProperty(serialization_library=f"{PARQUET}.serde.ParquetHiveSerDe"),
    )


def _column(column: Column) -> glue.CfnTable.ColumnProperty:
    return glue.CfnTable.ColumnProperty(name=column.name, type=column.type, comment=column.meaning)
