"""Turns a declared grant into the exact statement of a role and the variables that go with it."""

import json
from collections.abc import Mapping
from dataclasses import dataclass, field

from aws_cdk import Aws, Stack
from aws_cdk import aws_iam as iam
from aws_cdk import aws_sqs as sqs

from infra.context import Deployment
from infra.data import DataStack
from infra.identity import Issuer
from infra.lake import LakeStack
from infra.messages import Provider
from infra.specs import AnyGrant, BucketGrant, Grant, LakeGrant, SendGrant, TableGrant, UserPoolGrant
from loyalty.lake.athena import RESULTS
from loyalty.lake.tables import TABLES


@dataclass(frozen=True)
class Platform:
    """What a capability finds in place when it is built."""

    deployment: Deployment
    data: DataStack
    issuer: Issuer
    lake: LakeStack


@dataclass(frozen=True)
class Granted:
    """The outcome of a grant.

    Attributes:
        statements: what the role may do.
        environment: what the function must know to do it.
        acknowledged: wildcards that cannot be avoided, as finding and reason.
    """

    statements: tuple[iam.PolicyStatement, ...] = ()
    environment: Mapping[str, str] = field(default_factory=dict)
    acknowledged: Mapping[str, str] = field(default_factory=dict)


NOTHING = Granted()
TENCENT = "https://sms.tencentcloudapi.com"
"""Where Tencent Cloud takes text messages."""
WECHAT = "https://api.weixin.qq.com"
"""Where WeChat is asked."""


def resolve(grant: AnyGrant, platform: Platform, queues: Mapping[str, sqs.IQueue], function_arn: str) -> Granted:
    """Return what a grant means in this deployment.

    Args:
        grant: what was declared.
        platform: the stacks the grant refers to.
        queues: the capability's queues, by declared name.
        function_arn: the function that receives the grant.
    """
    match grant:
        case TableGrant():
            return _table(grant, platform.data)
        case BucketGrant():
            return _bucket(grant, platform.data)
        case SendGrant():
            return _send(grant, queues[grant.queue], platform.deployment)
        case UserPoolGrant():
            return _user_pool(grant, platform.issuer)
        case LakeGrant():
            return _lake(grant, platform.lake, platform.deployment)
        case Grant.INVOKE_ITSELF:
            return _granted("lambda:InvokeFunction", function_arn)
        case _:
            return _plain(grant, platform)


def _plain(grant: Grant, platform: Platform) -> Granted:
    match grant:
        case Grant.PEPPER:
            secret = platform.data.pepper_arn
            return _granted("secretsmanager:GetSecretValue", secret, {"PEPPER_SECRET": secret})
        case Grant.PUBLISH:
            bus = platform.data.bus
            return _granted("events:PutEvents", bus.event_bus_arn, {"EVENT_BUS": bus.event_bus_name})
        case Grant.TOKENS:
            return Granted(environment=_what_a_token_says(platform.issuer))
        case Grant.SMS:
            return _text_messages(platform)
        case Grant.EMAIL:
            return _email(platform)
        case Grant.WECHAT:
            return _secrets(platform, Provider.MINI_PROGRAM, Provider.OFFICIAL_ACCOUNT, WECHAT_URL=WECHAT)
        case Grant.PUSH:
            return _secrets(platform, Provider.WEBHOOK)
        case Grant.CALLBACKS:
            return _secrets(platform, Provider.CALLBACKS)
        case _:
            raise ValueError(f"nobody said what this grant means: {grant}")


def allow(actions: tuple[str, ...], *resources: str) -> iam.PolicyStatement:
    """Return a statement that allows exact actions on exact resources."""
    return iam.PolicyStatement(actions=list(actions), resources=list(resources))


def tracing() -> Granted:
    """Return what sending traces takes; X-Ray has no resource to name."""
    statement = allow(("xray:PutTraceSegments", "xray:PutTelemetryRecords"), "*")
    reason = "X-Ray's actions have no resource to name."
    findings = ("AwsSolutions-IAM5[Resource::*]", "Serverless-LambdaStarPermissions")
    return Granted((statement,), {}, dict.fromkeys(findings, reason))


def wildcard(stack: Stack, arn: str, suffix: str) -> str:
    """Return the id under which the security rules report a wildcard below a resource of another stack."""
    exported = stack.resolve(stack.export_value(arn))["Fn::ImportValue"]
    return f"AwsSolutions-IAM5[Resource::{exported}{suffix}]"


def _granted(action: str, resource: str, environment: Mapping[str, str] | None = None) -> Granted:
    return Granted((allow((action,), resource),), environment or {})


def _table(grant: TableGrant, data: DataStack) -> Granted:
    table = data.tables[grant.table]
    resource = f"{table.table_arn}/index/{grant.index}" if grant.index else table.table_arn
    actions = tuple(f"dynamodb:{action}" for action in grant.actions)
    return Granted((allow(actions, resource),), {f"{grant.table.upper()}_TABLE": table.table_name})


def _bucket(grant: BucketGrant, data: DataStack) -> Granted:
    files = f"{grant.prefix}*"
    return Granted(
        (allow((f"s3:{grant.action}",), data.bucket.arn_for_objects(files)),),
        {"IMPORTS_BUCKET": data.bucket.bucket_name},
        {wildcard(data, data.bucket.bucket_arn, f"/{files}"): "A prefix is as narrow as S3 goes."},
    )


def _send(grant: SendGrant, queue: sqs.IQueue, deployment: Deployment) -> Granted:
    environment = {grant.env: queue.queue_url}
    if not deployment.local:
        return _granted("sqs:SendMessage", queue.queue_arn, environment)
    both = allow(("sqs:SendMessage", "sqs:SendMessageBatch"), queue.queue_arn)
    reason = "The local cloud checks a batch under a name of its own, which AWS does not know."
    return Granted((both,), environment, {"W3037": reason})


def _user_pool(grant: UserPoolGrant, issuer: Issuer) -> Granted:
    if not issuer.user_pool_arn or not issuer.user_pool_id:
        return NOTHING
    actions = tuple(f"cognito-idp:{action}" for action in grant.actions)
    return Granted((allow(actions, issuer.user_pool_arn),), {"USER_POOL_ID": issuer.user_pool_id})


def _secrets(platform: Platform, *providers: Provider, **told: str) -> Granted:
    """Allow reading what proves to providers that it is us, as far as the mall has them; `told`: what else to know."""
    held = platform.data.messages.secrets
    found = {f"{provider}_SECRET": held[provider] for provider in providers if provider in held}
    if not found:
        return NOTHING
    return Granted((allow(("secretsmanager:GetSecretValue",), *found.values()),), {**found, **told})


def _text_messages(platform: Platform) -> Granted:
    """Allow publishing to phones and to nothing else: a phone number is no resource, a topic is one."""
    deployment = platform.deployment
    if tencent := deployment.mall.channels.tencent:
        told = json.dumps({**tencent.model_dump(), "endpoint": TENCENT})
        return _secrets(platform, Provider.TENCENT, TENCENT_SMS=told)
    if not deployment.sends_sms:
        return NOTHING
    statement = iam.PolicyStatement(actions=["sns:Publish"], not_resources=["arn:*:sns:*:*:*"])
    return Granted((statement,))


def _email(platform: Platform) -> Granted:
    """Allow sending in the name of the mall's own domain, and telling what became of it."""
    deployment, events = platform.deployment, platform.data.messages.events
    if not deployment.sends_email:
        return NOTHING
    ours = f"arn:{Aws.PARTITION}:ses:{Aws.REGION}:{Aws.ACCOUNT_ID}"
    named = (f"{ours}:identity/{deployment.email_domain}", f"{ours}:configuration-set/{events}")
    if not deployment.local:
        return Granted((allow(("ses:SendEmail",), *named),))
    reason = "The local cloud does not know whose name an e-mail is sent in; AWS checks it."
    findings = ("AwsSolutions-IAM5[Resource::*]", "Serverless-LambdaStarPermissions")
    return Granted((allow(("ses:SendEmail",), "*"),), {}, dict.fromkeys(findings, reason))


def _what_a_token_says(issuer: Issuer) -> dict[str, str]:
    return {
        "ISSUER": issuer.url,
        "AUDIENCE": ",".join(issuer.audience),
        "TILL_SCOPE": issuer.scopes["till"],
        "STAFF_SCOPE": issuer.scopes["staff"],
    }


def _lake(grant: LakeGrant, lake: LakeStack, deployment: Deployment) -> Granted:
    match grant:
        case LakeGrant.PUT_ROWS:
            streams = [lake.stream_arn(table) for table in TABLES]
            return Granted((allow(("firehose:PutRecordBatch",), *streams),), {"LAKE_STREAMS": lake.stream_prefix})
        case LakeGrant.QUERY:
            return _asking(lake, deployment)
        case LakeGrant.COMPACT:
            return _files_of(lake, "", "GetObject", "PutObject", "DeleteObject")


def _asking(lake: LakeStack, deployment: Deployment) -> Granted:
    """Athena looks tables up and reads and writes files in the name of whoever asks."""
    read, write = _files_of(lake, "", "GetObject"), _files_of(lake, f"{RESULTS}/", "PutObject", "AbortMultipartUpload")
    ask = allow(("athena:StartQueryExecution", "athena:GetQueryExecution"), lake.workgroup_arn)
    look_up = allow(("glue:GetDatabase", "glue:GetTable", "glue:GetPartitions"), *lake.catalog_arns)
    statements = [ask, look_up, *read.statements, *write.statements]
    acknowledged = {**read.acknowledged, **write.acknowledged}
    if deployment.local:
        statements.append(allow(("athena:GetQueryExecution",), "*"))
        reason = "The local cloud does not know the work group of an execution; AWS checks the work group."
        acknowledged |= dict.fromkeys(("AwsSolutions-IAM5[Resource::*]", "Serverless-LambdaStarPermissions"), reason)
    environment = {"LAKE_WORKGROUP": lake.workgroup, "LAKE_DATABASE": lake.database}
    return Granted(tuple(statements), {**environment, **read.environment}, acknowledged)


def _files_of(lake: LakeStack, folder: str, *actions: str) -> Granted:
    """Allow actions on the lake's files below a folder, and listing them."""
    files = tuple(f"s3:{action}" for action in actions)
    listing = allow(("s3:ListBucket", "s3:GetBucketLocation"), lake.bucket.bucket_arn)
    return Granted(
        (allow(files, lake.bucket.arn_for_objects(f"{folder}*")), listing),
        {"LAKE_BUCKET": lake.bucket.bucket_name},
        {wildcard(lake, lake.bucket.bucket_arn, f"/{folder}*"): "A file's name says when and how it was made."},
    )
