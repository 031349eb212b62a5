"""The lake: private files, a table and a stream for each of its tables, queries that cannot cost without a bound."""

import base64
import json
from typing import Any

import pytest

from infra.capabilities import all_functions
from infra.lake import BYTES_A_QUERY
from infra.specs import LakeGrant
from loyalty.lake.composing import columns_of, view_names, view_text
from loyalty.lake.tables import TABLES, LakeTable
from tests.infra.assembly import Assembly, Found


def table_input(assembly: Assembly, name: str) -> tuple[Found, dict[str, Any]]:
    """A table of the catalogue by its name."""
    return next(
        (table, table.properties["TableInput"])
        for table in assembly.all("AWS::Glue::Table")
        if table.properties["TableInput"]["Name"] == name
    )


def stream_of(assembly: Assembly, table: LakeTable) -> tuple[Found, dict[str, Any]]:
    """The stream into a table, and where it leads."""
    name = f"{assembly.deployment.name}-lake-{table.name}"
    (found,) = [
        stream
        for stream in assembly.all("AWS::KinesisFirehose::DeliveryStream")
        if stream.properties["DeliveryStreamName"] == name
    ]
    return found, found.properties["ExtendedS3DestinationConfiguration"]


def test_files_of_the_lake_are_private_encrypted_and_kept(assembly: Assembly) -> None:
    (bucket,) = [one for one in assembly.all("AWS::S3::Bucket") if one.stack == "LakeStore"]
    assert set(bucket.properties["PublicAccessBlockConfiguration"].values()) == {True}
    assert "BucketEncryption" in bucket.properties
    rules = bucket.properties["LifecycleConfiguration"]["Rules"]
    assert {rule["Prefix"]: rule["ExpirationInDays"] for rule in rules if "Prefix" in rule} == {
        "results/": 7,
        "errors/": 30,
    }
    assert not [rule for rule in rules if "ExpirationInDays" in rule and "Prefix" not in rule]


@pytest.mark.parametrize("table", TABLES, ids=lambda table: table.name)
def test_the_catalogue_knows_each_table_as_the_code_does(table: LakeTable, assembly: Assembly) -> None:
    found, told = table_input(assembly, table.glue_name)
    assert [(one["Name"], one["Type"]) for one in told["StorageDescriptor"]["Columns"]] == [
        (column.name, column.type.value) for column in table.columns
    ]
    assert told["PartitionKeys"] == [{"Name": "day", "Type": "date", "Comment": "UTC day of arrival."}]
    location = assembly.text(found, told["StorageDescriptor"]["Location"])
    assert location.endswith(f"/{table.name}/v1/")
    template = assembly.text(found, told["Parameters"]["storage.location.template"])
    assert template == f"{location}day=${{day}}/"


@pytest.mark.parametrize("table", TABLES, ids=lambda table: table.name)
def test_each_stream_writes_parquet_where_its_table_looks_for_it(table: LakeTable, assembly: Assembly) -> None:
    _, leads = stream_of(assembly, table)
    assert leads["Prefix"] == f"{table.name}/v1/day=!{{timestamp:yyyy-MM-dd}}/"
    assert leads["ErrorOutputPrefix"].startswith(f"errors/{table.name}/")
    conversion = leads["DataFormatConversionConfiguration"]
    assert conversion["SchemaConfiguration"]["TableName"] == table.glue_name
    assert "ParquetSerDe" in conversion["OutputFormatConfiguration"]["Serializer"]
    assert leads["BufferingHints"]["SizeInMBs"] >= 64, "what converting takes at least"


def test_a_stream_of_rows_that_do_not_fit_or_do_not_arrive_tells_somebody(assembly: Assembly) -> None:
    watched = {
        (alarm.properties["Dimensions"][0]["Value"], alarm.properties["MetricName"])
        for alarm in assembly.all("AWS::CloudWatch::Alarm")
        if alarm.properties["Namespace"] == "AWS/Firehose" and alarm.properties["AlarmActions"]
    }
    assert watched == {
        (f"{assembly.deployment.name}-lake-{table.name}", metric)
        for table in TABLES
        for metric in ("FailedConversion.Records", "DeliveryToS3.DataFreshness")
    }


def test_no_query_reads_more_than_the_work_group_allows(assembly: Assembly) -> None:
    (group,) = assembly.all("AWS::Athena::WorkGroup")
    rules = group.properties["WorkGroupConfiguration"]
    assert rules["EnforceWorkGroupConfiguration"] is True
    assert rules["BytesScannedCutoffPerQuery"] == BYTES_A_QUERY
    assert rules["ResultConfiguration"]["EncryptionConfiguration"] == {"EncryptionOption": "SSE_S3"}


def test_who_asks_is_told_work_group_database_and_bucket(assembly: Assembly) -> None:
    asking = {one.name for one in all_functions() if LakeGrant.QUERY in one.grants}
    assert asking
    for function in assembly.all("AWS::Lambda::Function"):
        told = set(function.properties["Environment"]["Variables"])
        assert ({"LAKE_WORKGROUP", "LAKE_DATABASE", "LAKE_BUCKET"} <= told) is (function.function in asking)


def test_analysts_find_every_view_in_athena(cloud: Assembly) -> None:
    for name in view_names():
        _, told = table_input(cloud, name)
        assert (told["TableType"], told["Parameters"]["presto_view"]) == ("VIRTUAL_VIEW", "true")
        kept = told["ViewOriginalText"].removeprefix("/* Presto View: ").removesuffix(" */")
        view = json.loads(base64.b64decode(kept))
        assert f"FROM {name}" in view["originalSql"]
        assert [one["name"] for one in view["columns"]] == [column.name for column in columns_of(view_text(name))]


def test_a_laptop_has_no_views_of_athena(local: Assembly) -> None:
    names = {table.properties["TableInput"]["Name"] for table in local.all("AWS::Glue::Table")}
    assert names == {table.glue_name for table in TABLES}


def test_only_the_function_that_merges_carries_duckdb(assembly: Assembly) -> None:
    layers = {one.function: len(one.properties["Layers"]) for one in assembly.all("AWS::Lambda::Function")}
    declared = {one.name: 1 + len(one.layers) for one in all_functions()}
    assert layers == declared
    assert declared["lake-on-compaction"] == 2
