"""A mall reduced to what the use cases touch: its tables, secret and programme on a local cloud of its own.

Nothing is deployed, so measurements and proofs start in seconds, and run beside `make up`.
"""

import os
import shutil
import zlib
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime
from pathlib import Path
from tempfile import mkdtemp

from local.checkout import LOCAL
from local.cloud import LocalCloud
from loyalty import account_store, dynamo, programme_store, tenants
from loyalty.accounts import Account, open_account
from loyalty.clock import days_after, iso, local_day, utc_now
from loyalty.coupons import codes
from loyalty.coupons import store as coupon_store
from loyalty.coupons.coupon import Act, Coupon, Did, Way
from loyalty.coupons.terms import Terms
from loyalty.programme import Programme
from loyalty.remembering import forget_everything
from loyalty.types import MemberId, Origin, Status, TenantId
from tests.support import PEPPER, PROGRAMME, TABLES, create_tables

REGION = "ap-southeast-1"
TIME_ZONE = "Asia/Shanghai"
QUEUE = "expiry"
BUCKET = "bench-files"


@contextmanager
def bare_mall(programme: Programme = PROGRAMME) -> Iterator[None]:
    """Run a local cloud with the tables of one mall, and point this process's settings at it."""
    LOCAL.mkdir(exist_ok=True)
    folder = Path(mkdtemp(prefix="bare-mall-", dir=LOCAL))
    try:
        with LocalCloud(folder, region=REGION) as cloud, settings(cloud.environment()):
            _furnish(programme)
            yield
    finally:
        shutil.rmtree(folder, ignore_errors=True)


@contextmanager
def settings(cloud: dict[str, str]) -> Iterator[None]:
    """Give the process the variables of a function, and take them back afterwards."""
    before = dict(os.environ)
    os.environ |= {
        **cloud,
        "NO_PROXY": "127.0.0.1",
        "MALL": "aurora",
        "STAGE": "local",
        "TIME_ZONE": TIME_ZONE,
        "PEPPER_SECRET": "pepper",
        "FUTURE_SWEEPS": "true",
        "POWERTOOLS_SERVICE_NAME": "bench",
        "POWERTOOLS_METRICS_NAMESPACE": "aurora-local",
        **{f"{name.upper()}_TABLE": name for name in TABLES},
    }
    forget()
    try:
        yield
    finally:
        os.environ.clear()
        os.environ |= before
        forget()


def forget() -> None:
    """Drop what the process remembers and its clients, as a new process would."""
    dynamo.service.cache_clear()
    forget_everything()


def _furnish(programme: Programme) -> None:
    create_tables(dynamo.client())
    dynamo.service("secretsmanager").create_secret(Name="pepper", SecretString=PEPPER)
    for name, variable in ((QUEUE, "EXPIRY_QUEUE_URL"), ("jobs", "JOBS_QUEUE_URL")):
        os.environ[variable] = dynamo.service("sqs").create_queue(QueueName=name)["QueueUrl"]
    place = {"LocationConstraint": REGION}
    dynamo.service("s3").create_bucket(Bucket=BUCKET, CreateBucketConfiguration=place)
    os.environ["IMPORTS_BUCKET"] = BUCKET
    row = dynamo.to_item(programme_store.first_version(programme))
    dynamo.client().put_item(TableName=programme_store.table(), Item=row)


def register_tenant(tenant_id: str, **terms: object) -> TenantId:
    """Register a tenant with the mall's own ratios, unless told otherwise."""
    row = {"tenant_id": tenant_id, "kind": tenants.TENANT, "status": "active", **terms}
    dynamo.client().put_item(TableName=tenants.table(), Item=dynamo.to_item(row))
    return TenantId(tenant_id)


def enrol(member_id: str, programme: Programme = PROGRAMME) -> MemberId:
    """Open the empty account of an active member who enrolled now."""
    today = local_day(utc_now(), TIME_ZONE)
    store(open_account(MemberId(member_id), Status.ACTIVE, programme, today), programme)
    return MemberId(member_id)


def store(account: Account, programme: Programme = PROGRAMME) -> None:
    """Write an account as it is, without an entry: where a measurement starts from."""
    row = dynamo.to_item(account_store.to_row(account, programme))
    dynamo.client().put_item(TableName=account_store.table(), Item=row)


def issue(
    member_id: MemberId,
    name: str,
    off_fen: int,
    *,
    threshold_fen: int = 0,
    group: str = "general",
    at: datetime | None = None,
) -> str:
    """Put a coupon that takes an amount off into a member's wallet; the code follows from member and name."""
    now, today = iso(at or utc_now()), local_day(utc_now(), TIME_ZONE)
    stacking = {"group": group}
    terms = {"kind": "amount_off", "off_fen": off_fen, "threshold_fen": threshold_fen, "stacking": stacking}
    coupon = Coupon(
        code=codes.of_batch(member_id.encode(), zlib.crc32(name.encode())),
        template_id=f"t-{name}",
        member_id=member_id,
        terms=Terms.model_validate(terms),
        name_zh="满减券",
        name_en="Amount off",
        valid_from=today,
        valid_until=days_after(today, 30),
        way=Way.CLAIM,
        issued_at=now,
        act=Act(now, now, "member", Origin.MEMBER, "trace", "regular"),
        did=Did.CLAIMED,
    )
    dynamo.client().put_item(**coupon_store.put_if_absent(coupon))
    return coupon.code


def write_rows(table: str, rows: Iterator[dict[str, object]]) -> None:
    """Write many rows directly, for a history that would take long to live through."""
    from itertools import batched

    for part in batched(rows, 25, strict=False):
        requests = [{"PutRequest": {"Item": dynamo.to_item(row)}} for row in part]
        unwritten = {table: requests}
        while unwritten:
            unwritten = dynamo.client().batch_write_item(RequestItems=unwritten).get("UnprocessedItems") or {}
