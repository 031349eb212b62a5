"""What must not be lost: tables, files, the pepper, the archive."""

import pytest

from infra.specs import Table
from tests.infra.assembly import Assembly, Found

RETAINED = "RetainExceptOnCreate"
STATEMENT_ATTRIBUTES = {"at", "recorded_at", "purse", "legs", "answer", "reasons", "actor", "origin", "kind"}


def tables(assembly: Assembly) -> dict[str, Found]:
    return {table.path.split("/")[2].lower(): table for table in assembly.all("AWS::DynamoDB::Table")}


def keys(schema: list[dict[str, str]]) -> list[str]:
    return [key["AttributeName"] for key in schema]


def test_every_table_is_encrypted_recoverable_and_paid_by_request(assembly: Assembly) -> None:
    assert set(tables(assembly)) == set(Table)
    for table in tables(assembly).values():
        assert table.properties["PointInTimeRecoverySpecification"] == {"PointInTimeRecoveryEnabled": True}
        assert table.properties["SSESpecification"] == {"SSEEnabled": True}
        assert table.properties["BillingMode"] == "PAY_PER_REQUEST"


def test_keys_are_those_of_the_data_model(assembly: Assembly) -> None:
    found = {name: keys(table.properties["KeySchema"]) for name, table in tables(assembly).items()}
    assert found == {
        "accounts": ["member_id"],
        "ledger": ["source", "movement"],
        "members": ["member_id", "kind"],
        "tenants": ["tenant_id", "kind"],
        "program": ["name", "version"],
        "imports": ["import_id"],
        "coupons": ["coupon_id", "kind"],
        "rewards": ["reward_id", "kind"],
        "surveys": ["survey_id", "kind"],
        "campaigns": ["campaign_id", "kind"],
        "control": ["control_id", "kind"],
        "audit": ["shelf", "placed"],
        "books": ["book_id", "kind"],
        "leaderboard": ["board", "member_id"],
        "segments": ["segment_id", "kind"],
        "insight": ["insight_id", "kind"],
        "notices": ["notice_id", "kind"],
        "offers": ["occasion_id", "kind"],
    }


def test_indexes_are_those_of_the_data_model(assembly: Assembly) -> None:
    indexes = {
        f"{name}/{index['IndexName']}": (*keys(index["KeySchema"]), index["Projection"]["ProjectionType"])
        for name, table in tables(assembly).items()
        for index in table.properties.get("GlobalSecondaryIndexes", [])
    }
    assert indexes == {
        "accounts/due": ("due_shard", "due_on", "KEYS_ONLY"),
        "ledger/by_member": ("member_id", "account_version", "INCLUDE"),
        "members/by_birthday": ("born_on", "member_id", "KEYS_ONLY"),
        "coupons/by_member": ("member_id", "placed", "ALL"),
        "coupons/by_template": ("shelf", "coupon_id", "KEYS_ONLY"),
        "coupons/due": ("due_shard", "due_on", "KEYS_ONLY"),
        "rewards/by_member": ("member_id", "placed", "ALL"),
        "rewards/by_reward": ("shelf", "placed", "ALL"),
        "surveys/by_member": ("member_id", "placed", "ALL"),
        "surveys/by_shelf": ("shelf", "placed", "ALL"),
        "surveys/due": ("due_shard", "due_on", "KEYS_ONLY"),
        "control/by_member": ("member_id", "placed", "ALL"),
        "control/by_shelf": ("shelf", "placed", "ALL"),
        "leaderboard/by_score": ("board", "score", "KEYS_ONLY"),
        "notices/due": ("due_shard", "due_on", "KEYS_ONLY"),
        "notices/by_member": ("member_id", "planned_at", "KEYS_ONLY"),
        "offers/by_day": ("day_on", "occasion_id", "INCLUDE"),
    }
    (statement,) = tables(assembly)["ledger"].properties["GlobalSecondaryIndexes"]
    assert set(statement["Projection"]["NonKeyAttributes"]) == STATEMENT_ATTRIBUTES


def test_only_what_events_are_made_of_has_a_stream(assembly: Assembly) -> None:
    streams = {
        name: table.properties["StreamSpecification"]["StreamViewType"]
        for name, table in tables(assembly).items()
        if "StreamSpecification" in table.properties
    }
    assert streams == {
        "ledger": "NEW_IMAGE",
        "members": "NEW_AND_OLD_IMAGES",
        "coupons": "NEW_IMAGE",
        "rewards": "NEW_IMAGE",
        "surveys": "NEW_IMAGE",
        "campaigns": "NEW_IMAGE",
        "control": "NEW_IMAGE",
        "program": "NEW_IMAGE",
        "segments": "NEW_IMAGE",
        "insight": "NEW_IMAGE",
        "notices": "NEW_IMAGE",
        "offers": "NEW_IMAGE",
    }


def test_no_point_is_deleted_by_time(assembly: Assembly) -> None:
    expiring = {name for name, table in tables(assembly).items() if "TimeToLiveSpecification" in table.properties}
    kept = {"accounts", "ledger", "tenants", "program", "audit"}
    assert expiring == set(Table) - kept


@pytest.mark.parametrize(
    "kind", ["AWS::DynamoDB::Table", "AWS::S3::Bucket", "AWS::SecretsManager::Secret", "AWS::Cognito::UserPool"]
)
def test_data_outlives_its_stack_in_the_cloud(cloud: Assembly, kind: str) -> None:
    for found in cloud.all(kind):
        assert found.whole["DeletionPolicy"] == RETAINED, found.path
        assert found.whole["UpdateReplacePolicy"] in {RETAINED, "Retain"}, found.path


def test_a_laptop_keeps_nothing(local: Assembly) -> None:
    for kind in ("AWS::DynamoDB::Table", "AWS::S3::Bucket", "AWS::SecretsManager::Secret", "AWS::Logs::LogGroup"):
        assert {found.whole["DeletionPolicy"] for found in local.all(kind)} == {"Delete"}


def test_only_prod_needs_a_second_step_to_delete(assembly: Assembly) -> None:
    protected = assembly.deployment.stage == "prod"
    for table in tables(assembly).values():
        assert table.properties.get("DeletionProtectionEnabled", False) is protected
    for pool in assembly.all("AWS::Cognito::UserPool"):
        assert pool.properties.get("DeletionProtection", "INACTIVE") == ("ACTIVE" if protected else "INACTIVE")


def test_events_are_archived_everywhere_but_on_a_laptop(assembly: Assembly) -> None:
    archives = assembly.all("AWS::Events::Archive")
    if assembly.deployment.local:
        assert not archives
    else:
        (archive,) = archives
        assert archive.properties["RetentionDays"] == assembly.deployment.mall.limits.archive_days


def imports_bucket(assembly: Assembly) -> Found:
    (bucket,) = [bucket for bucket in assembly.all("AWS::S3::Bucket") if bucket.stack == "Data"]
    return bucket


def test_imported_files_are_private_encrypted_and_short_lived(assembly: Assembly) -> None:
    bucket = imports_bucket(assembly)
    assert set(bucket.properties["PublicAccessBlockConfiguration"].values()) == {True}
    assert "BucketEncryption" in bucket.properties
    assert bucket.properties["LifecycleConfiguration"]["Rules"][0]["ExpirationInDays"] == 30


def test_each_kind_of_upload_is_announced_to_its_own_queue(assembly: Assembly) -> None:
    bucket = imports_bucket(assembly)
    announced = {
        one["Filter"]["S3Key"]["Rules"][0]["Value"]: assembly.text(bucket, one["Queue"])
        for one in bucket.properties["NotificationConfiguration"]["QueueConfigurations"]
    }
    assert set(announced) == {"uploads/members/", "uploads/purchases/"}
    assert len(set(announced.values())) == 2


def test_files_refuse_plain_http(cloud: Assembly) -> None:
    policies = cloud.all("AWS::S3::BucketPolicy")
    assert len(policies) == len(cloud.all("AWS::S3::Bucket"))
    for policy in policies:
        statements = policy.properties["PolicyDocument"]["Statement"]
        assert {"Bool": {"aws:SecureTransport": "false"}} in [one.get("Condition") for one in statements]


def test_the_pepper_is_long_and_random(assembly: Assembly) -> None:
    (secret,) = assembly.all("AWS::SecretsManager::Secret")
    assert secret.properties["GenerateSecretString"]["PasswordLength"] == 64
    assert "SecretString" not in secret.properties
