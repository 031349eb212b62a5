"""Puts the CDK template of a mall on the local cloud, unchanged, and the people who work there into its user pool."""

import hashlib
import json
import re
import secrets
import tomllib
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path
from typing import Any

from botocore.exceptions import ClientError

from local.cdk import cdk_environment, run_showing_progress
from local.checkout import NODE_BIN, ROOT
from local.clients import client
from local.cloud import ACCOUNT, LocalCloud
from local.stack import NoStackError, Stack, StaffUser

DEMO_MALL = "aurora"
LOCAL_STAGE = "local"
GROUPS = ("marketer", "approver", "operator", "auditor")
_ONLY_IN_AWS = {"api_url", "token_url"}  # host names that nothing resolves here
_INPUTS = ("cdk.json", "uv.lock", "package-lock.json", "infra", "malls", "functions", "loyalty", "events")


def region_of(mall: str) -> str:
    """The AWS region that the mall's file names."""
    region: str = tomllib.loads((ROOT / "malls" / f"{mall}.toml").read_text())["mall"]["region"]
    return region


def deploy(cloud: LocalCloud, mall: str = DEMO_MALL, stage: str = LOCAL_STAGE) -> Stack:
    """Deploy a mall and stage, or only read what is known of it when nothing has changed since.

    Args:
        cloud: a local cloud that runs.
        mall: the name of a file in `malls/`.
        stage: the stage.

    Returns:
        The stack as written to `stack.json` in the cloud's directory.

    Raises:
        DeploymentError: the CDK command line failed.
    """
    digest = inputs_digest(f"{mall} {stage}")
    path = cloud.state_dir / "stack.json"
    noted = cloud.state_dir / "deployed"
    if noted.exists() and noted.read_text() == digest and (stack := _deployed_before(cloud, path)):
        return stack
    noted.unlink(missing_ok=True)
    outputs = _deploy_template(cloud, mall, stage)
    stack = _describe(cloud, mall, stage, outputs, _known_before(path))
    _onboard_staff(cloud, stack)
    stack.save(path)
    noted.write_text(digest)
    return stack


def inputs_digest(target: str) -> str:
    """A digest of everything a deployment is made from, so that an unchanged checkout need not deploy again."""
    digest = hashlib.sha256(target.encode())
    for path in sorted(_input_files()):
        digest.update(f"{path.relative_to(ROOT)}\0".encode() + path.read_bytes())
    return digest.hexdigest()


def _input_files() -> Iterator[Path]:
    for path in (ROOT / name for name in _INPUTS):
        if path.is_file():
            yield path
        yield from (each for each in path.rglob("*") if each.is_file() and each.suffix not in {".pyc", ".md"})


def _known_before(path: Path) -> Stack | None:
    try:
        return Stack.load(path)
    except (NoStackError, TypeError, KeyError):  # none, or written by an older checkout
        return None


def _deployed_before(cloud: LocalCloud, path: Path) -> Stack | None:
    """The noted stack, if this cloud still holds it: a crash may have taken it away."""
    stack = _known_before(path)
    if stack is None or stack.endpoint_url != cloud.endpoint_url:
        return None
    try:
        _client(cloud, "cognito-idp").describe_user_pool(UserPoolId=stack.user_pool_id)
    except ClientError:
        return None
    return stack


def _deploy_template(cloud: LocalCloud, mall: str, stage: str) -> dict[str, str]:
    """Run the CDK command line; the outputs of all its stacks, keys in snake case."""
    _make_assets_bucket(cloud)
    outputs = cloud.state_dir / "outputs.json"
    context = ["-c", f"mall={mall}", "-c", f"stage={stage}"]
    flags = ["--require-approval", "never", "--progress", "events", "--ci", "--no-notices", "--concurrency", "4"]
    files = ["--outputs-file", str(outputs), "--output", str(cloud.state_dir / "cdk.out")]
    command = [str(NODE_BIN / "cdklocal"), "deploy", "**", *context, *flags, *files]
    run_showing_progress(command, _environment(cloud), cloud.state_dir / "deploy.log", f"deploying {mall}-{stage}")
    stacks: dict[str, dict[str, str]] = json.loads(outputs.read_text())
    named = {_snake(key): value for stack in stacks.values() for key, value in stack.items()}
    return {key: value for key, value in named.items() if not key.startswith("exports_output_")}


def _environment(cloud: LocalCloud) -> dict[str, str]:
    """What makes the CDK command line and its wrapper talk to the local cloud only."""
    return cdk_environment(
        {
            **cloud.environment(),
            "AWS_ENDPOINT_URL_S3": cloud.endpoint_url,
            "AWS_ENVAR_ALLOWLIST": "AWS_REGION,AWS_DEFAULT_REGION",  # the wrapper drops every other AWS_ variable
            "CDK_DEFAULT_ACCOUNT": ACCOUNT,
            "CDK_DEFAULT_REGION": cloud.region,
            "CDK_VALIDATION": "false",  # the CDK's own warnings, and half of the time it takes; a release shows them
        }
    )


def _make_assets_bucket(cloud: LocalCloud) -> None:
    """What `cdk bootstrap` would make: the bucket in which a deployment finds its code."""
    s3 = _client(cloud, "s3")
    bucket = f"cdk-hnb659fds-assets-{ACCOUNT}-{cloud.region}"
    try:
        s3.head_bucket(Bucket=bucket)
    except ClientError:
        where = {} if cloud.region == "us-east-1" else {"LocationConstraint": cloud.region}
        s3.create_bucket(Bucket=bucket, **({"CreateBucketConfiguration": where} if where else {}))


def _describe(cloud: LocalCloud, mall: str, stage: str, outputs: dict[str, str], before: Stack | None) -> Stack:
    """The stack that was deployed; keys of tills and passwords stay while the user pool stays."""
    same_pool = before is not None and before.user_pool_id == outputs["user_pool_id"]
    return Stack(
        mall=mall,
        stage=stage,
        # The host name in the stack's own output would have to be resolved; this path needs none.
        api_url=f"{cloud.endpoint_url}/_aws/execute-api/{outputs['api_id']}/$default",
        endpoint_url=cloud.endpoint_url,
        region=cloud.region,
        token_url=f"{cloud.endpoint_url}/oauth2/token",
        user_pool_id=outputs["user_pool_id"],
        app_client_id=outputs["app_client_id"],
        tills=before.tills if before and same_pool else {},
        staff=before.staff if before and same_pool else {group: _new_staff_user(group) for group in GROUPS},
        resources={name: value for name, value in outputs.items() if name not in _ONLY_IN_AWS},
    )


def _new_staff_user(group: str) -> StaffUser:
    return StaffUser(username=group, password=new_password())


def new_password() -> str:
    """A random password that every password policy of Cognito accepts."""
    return f"{secrets.token_urlsafe(18)}-Aa1"


def _onboard_staff(cloud: LocalCloud, stack: Stack) -> None:
    """One person in each group, signed up as an administrator of the pool would do it."""
    cognito = _client(cloud, "cognito-idp")
    for group, user in stack.staff.items():
        person = {"UserPoolId": stack.user_pool_id, "Username": user.username}
        with suppress(cognito.exceptions.UsernameExistsException):
            cognito.admin_create_user(**person, MessageAction="SUPPRESS")
        cognito.admin_set_user_password(**person, Password=user.password, Permanent=True)
        cognito.admin_add_user_to_group(**person, GroupName=group)


def _client(cloud: LocalCloud, service: str) -> Any:
    return client(service, endpoint_url=cloud.endpoint_url, region=cloud.region)


def _snake(name: str) -> str:
    return re.sub(r"(?<=[a-z0-9])(?=[A-Z])", "_", name).lower()
