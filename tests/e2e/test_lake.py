"""From a checkout to an answer of Athena: streams, Parquet, catalogue and grants, as they are deployed."""

import json
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from loyalty import dynamo
from loyalty.imports import files
from loyalty.lake import athena
from loyalty.lake.composing import compose
from loyalty.lake.tables import TABLES, Type
from tests.e2e.mall import Mall, new_key, wait_until
from tests.e2e.test_events import republish

ASKING = "segments-on-job"
"""A function that may ask the lake: its grants are borrowed."""
LAKE_SECONDS = 120


@pytest.fixture(scope="module")
def asking(mall: Mall, monkeypatch_module: pytest.MonkeyPatch) -> Iterator[None]:
    """Ask by the product's own code, with exactly what the role of a function may do."""
    key = borrowed_grants(mall)
    resources = mall.stack.resources
    variables = {
        "AWS_ENDPOINT_URL": mall.stack.endpoint_url,
        "AWS_REGION": mall.stack.region,
        "AWS_DEFAULT_REGION": mall.stack.region,
        "AWS_ACCESS_KEY_ID": key["AccessKeyId"],
        "AWS_SECRET_ACCESS_KEY": key["SecretAccessKey"],
        "LAKE_BUCKET": resources["lake_bucket_name"],
        "LAKE_DATABASE": resources["lake_database"],
        "LAKE_WORKGROUP": resources["lake_workgroup"],
    }
    for name, value in variables.items():
        monkeypatch_module.setenv(name, value)
    for cache in (dynamo.service, files.client):
        cache.cache_clear()
    yield
    for cache in (dynamo.service, files.client):
        cache.cache_clear()


def borrowed_grants(mall: Mall) -> dict[str, str]:
    """Give a user what the role of `ASKING` says, and return the user's key."""
    iam, name = mall.aws("iam"), f"asking-{mall.run}"
    function = mall.aws("lambda").get_function_configuration(FunctionName=mall.stack.function(ASKING))
    role = function["Role"].rpartition("/")[2]
    (policy,) = iam.list_role_policies(RoleName=role)["PolicyNames"]
    document = iam.get_role_policy(RoleName=role, PolicyName=policy)["PolicyDocument"]
    iam.create_user(UserName=name)
    iam.put_user_policy(UserName=name, PolicyName=policy, PolicyDocument=json.dumps(document))
    key: dict[str, str] = iam.create_access_key(UserName=name)["AccessKey"]
    return key


def ask(text: str) -> list[dict[str, str]]:
    """Compose a question and wait for its answer."""
    return athena.query(compose(text), new_key(), seconds=60)


def in_the_lake(text: str, what: str) -> list[dict[str, str]]:
    """Return the answer as soon as there is one; the local streams keep nothing back."""
    return wait_until(lambda: ask(text), what, seconds=LAKE_SECONDS)


def test_a_checkout_and_its_return_are_rows_that_athena_finds(mall: Mall, asking: None) -> None:
    till = mall.tenant("e2e-lake")
    _, member_id = mall.member(consents={"profiling": True}, interests=["tea"])
    bought = mall.buy(till, 59_900, member_id=member_id).body
    mall.api.expect(
        201, till, "POST", f"/purchases/{bought['receipt_no']}/refunds", {"refund_no": "R1", "amount": 59_900}
    )
    (returned,) = in_the_lake(
        f"SELECT receipt_no, amount FROM returns WHERE member_id = '{member_id}'", "the return in the lake"
    )
    assert returned == {"receipt_no": bought["receipt_no"], "amount": "59900"}
    (receipt,) = ask(f"SELECT receipt_no, gross, is_first, channel FROM receipts WHERE member_id = '{member_id}'")
    assert receipt == {
        "receipt_no": bought["receipt_no"],
        "gross": "59900",
        "is_first": "1",
        "channel": "till",
    }
    (profiled,) = in_the_lake(
        f"SELECT profiling, birth_year, interests FROM members WHERE member_id = '{member_id}' AND what = 'profiled'",
        "what the member agreed to",
    )
    assert profiled == {"profiling": "granted", "birth_year": "1990", "interests": "|tea|"}


def test_a_name_and_a_phone_are_in_no_file(mall: Mall, asking: None) -> None:
    who, member_id = mall.member(name="司马金丝雀", interests=["13800138000"], consents={"profiling": True})
    in_the_lake(f"SELECT what FROM members WHERE member_id = '{member_id}' AND what = 'profiled'", "the member")
    secrets = ("司马金丝雀", who.removeprefix("member:+86"), "13800138000", "1990-02-28")
    for table in TABLES:
        texts = [column.name for column in table.columns if column.type is Type.TEXT]
        found = " OR ".join(f"\"{name}\" LIKE '%{secret}%'" for name in texts for secret in secrets)
        assert ask(f"SELECT count(*) AS n FROM {table.glue_name} WHERE {found}") == [{"n": "0"}], table.name


def test_publishing_again_changes_no_answer(mall: Mall, asking: None) -> None:
    started = datetime.now(UTC)
    till = mall.tenant("e2e-lake-again")
    _, member_id = mall.member()
    mall.buy(till, 10_000, member_id=member_id)
    mine = f"WHERE member_id = '{member_id}'"
    counted = f"SELECT count(*) AS n, sum(gross) AS gross FROM receipts {mine} HAVING count(*) > 0"
    assert in_the_lake(counted, "the receipt in the lake") == [{"n": "1", "gross": "10000"}]
    republish(mall, started, datetime.now(UTC) + timedelta(minutes=1))
    stored = f"SELECT count(*) AS n FROM receipts_v1 {mine} HAVING count(*) > 1"
    assert in_the_lake(stored, "the receipt a second time")
    assert ask(counted) == [{"n": "1", "gross": "10000"}]


def test_a_nights_compaction_changes_no_answer(mall: Mall, asking: None) -> None:
    counted = "SELECT count(*) AS n, sum(gross) AS gross FROM receipts"
    before = ask(counted)
    assert int(before[0]["n"]) > 1
    tomorrow = datetime.now(UTC).date() + timedelta(days=1)
    invoke(mall, "lake-daily", {"as_of": tomorrow.isoformat()})
    wait_until(lambda: [key for key in files_of(mall, "receipts/") if "/compacted-" in key], "compaction", LAKE_SECONDS)
    assert ask(counted) == before


def files_of(mall: Mall, prefix: str) -> list[str]:
    found = mall.aws("s3").list_objects_v2(Bucket=mall.stack.resources["lake_bucket_name"], Prefix=prefix)
    return [item["Key"] for item in found.get("Contents", [])]


def invoke(mall: Mall, function: str, payload: dict[str, Any]) -> Any:
    answer = mall.aws("lambda").invoke(FunctionName=mall.stack.function(function), Payload=json.dumps(payload))
    content = json.loads(answer["Payload"].read())
    assert "FunctionError" not in answer, content
    return content
