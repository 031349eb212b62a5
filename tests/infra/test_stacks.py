"""How the cloud is cut into stacks, and what differs between partitions and stages."""

import json

from infra.capabilities import CAPABILITIES
from tests.infra.assembly import Assembly

MOST_RESOURCES = 400
"""A stack takes 500; the rest is room to grow before it must be cut."""


def test_no_stack_comes_near_the_limit(assembly: Assembly) -> None:
    sizes = {stack: len(template["Resources"]) for stack, template in assembly.templates.items()}
    assert max(sizes.values()) <= MOST_RESOURCES, sizes


def test_every_capability_has_a_stack_and_data_has_its_own(assembly: Assembly) -> None:
    own = {capability.name.capitalize() for capability in CAPABILITIES}
    identity = set() if assembly.deployment.in_china else {"Identity"}
    assert set(assembly.templates) == own | identity | {"Data", "LakeStore", "Api"}


def test_only_the_data_lake_and_identity_stacks_hold_what_must_last(assembly: Assembly) -> None:
    for kind in ("AWS::DynamoDB::Table", "AWS::SecretsManager::Secret", "AWS::Events::EventBus"):
        assert {found.stack for found in assembly.all(kind)} == {"Data"}
    assert [found.stack for found in assembly.all("AWS::S3::Bucket")] == ["Data", "LakeStore"]
    lasting = {"Data", "LakeStore", "Identity"}
    assert not [found.path for found in assembly.all("AWS::Lambda::Function") if found.stack in lasting]


def test_no_stack_imports_what_changes_with_every_release(assembly: Assembly) -> None:
    """An export in use cannot change: a shared layer version or asset would stop every later deployment."""
    for template in assembly.templates.values():
        exported = [json.dumps(output["Value"]) for output in template.get("Outputs", {}).values()]
        assert not [value for value in exported if "Packages" in value or "CurrentVersion" in value]


def test_nothing_but_the_identity_stack_makes_cognito_resources(assembly: Assembly) -> None:
    for stack, template in assembly.templates.items():
        kinds = {resource["Type"] for resource in template["Resources"].values()}
        assert stack == "Identity" or not [kind for kind in kinds if kind.startswith("AWS::Cognito")]


def test_a_mall_with_its_own_issuer_has_no_trace_of_cognito(china: Assembly) -> None:
    for stack, template in china.templates.items():
        text = json.dumps(template).lower()
        assert "cognito" not in text, stack
        assert "user_pool" not in text, stack


def test_china_has_neither_traces_nor_snapshots_nor_text_messages(china: Assembly) -> None:
    text = json.dumps(list(china.templates.values()))
    for absent in ("xray:", "SnapStart", "AWS::Lambda::Version", "TracingConfig"):
        assert absent not in text
    roles = china.all("AWS::IAM::Role")
    assert not [role.path for role in roles if "sns:Publish" in json.dumps(china.statements(role))]


def test_the_pool_has_the_groups_the_till_scope_and_a_client_without_a_secret(prod: Assembly) -> None:
    groups = {group.properties["GroupName"] for group in prod.all("AWS::Cognito::UserPoolGroup")}
    assert groups == {"marketer", "approver", "operator", "auditor"}
    (server,) = prod.all("AWS::Cognito::UserPoolResourceServer")
    assert server.properties["Identifier"] == "mall"
    assert [scope["ScopeName"] for scope in server.properties["Scopes"]] == ["till"]
    (client,) = prod.all("AWS::Cognito::UserPoolClient")
    assert client.properties.get("GenerateSecret", False) is False
    assert "ALLOW_USER_PASSWORD_AUTH" not in client.properties["ExplicitAuthFlows"]


def test_prod_stacks_are_protected_from_being_deleted(prod: Assembly) -> None:
    manifest = json.loads((next(iter(prod.files.values())).parent / "manifest.json").read_text())
    stacks = [one for one in manifest["artifacts"].values() if one["type"] == "aws:cloudformation:stack"]
    assert len(stacks) == len(prod.templates)
    assert all(stack["properties"]["terminationProtection"] for stack in stacks)


def test_tools_find_what_they_need_in_the_outputs(local: Assembly) -> None:
    outputs = {name for template in local.templates.values() for name in template.get("Outputs", {})}
    assert outputs >= {
        "ApiId", "ApiUrl", "UserPoolId", "AppClientId", "UserPoolDomain", "TokenUrl", "ImportsBucketName",
        "EventBusName", "LedgerTableName", "AccountsTableName", "ExpiryDailyFunction", "OutboxRepublishFunction",
        "CouponsDailyFunction",
    }  # fmt: skip
