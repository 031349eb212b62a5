"""Who may do what: the published table of grants, and nothing beside it."""

import re
from collections import Counter

from tests.infra.assembly import Assembly, Found, listed
from tests.infra.published_grants import TABLE_GRANTS
from tests.infra.published_other_grants import OTHER_GRANTS

OF_EVERY_FUNCTION = {
    "logs:CreateLogStream", "logs:PutLogEvents", "xray:PutTraceSegments", "xray:PutTelemetryRecords",
}  # fmt: skip
OF_CONSUMERS = {
    "sqs:ReceiveMessage", "sqs:DeleteMessage", "sqs:GetQueueAttributes",
    "dynamodb:DescribeStream", "dynamodb:GetRecords", "dynamodb:GetShardIterator", "dynamodb:ListStreams",
}  # fmt: skip
WILDCARD_SUFFIXES = re.compile(
    r"/(uploads|partitions|reports)/(members|purchases)/\*$|/exports/(campaigns|coupons|segments|rewards|surveys)/\*$|/stream/\*$"
    r"|^<LakeStore\.Files[0-9A-F]{8}\.Arn>/(results/)?\*$"
)


def roles(assembly: Assembly) -> dict[str, Found]:
    return {role.function: role for role in assembly.all("AWS::IAM::Role") if role.path.endswith("/Role/Resource")}


def table_grants(assembly: Assembly, role: Found) -> dict[str, str]:
    granted: dict[str, set[str]] = {}
    for statement in assembly.statements(role):
        actions = {action for action in listed(statement["Action"]) if action.startswith("dynamodb:")}
        for resource in listed(statement.get("Resource", [])):
            for action in actions - OF_CONSUMERS:
                granted.setdefault(table_name(assembly.text(role, resource)), set()).add(action.split(":")[1])
    return {table: " ".join(sorted(actions)) for table, actions in granted.items()}


def table_name(resource: str) -> str:
    """Turn `<Data.LedgerB7379752.Arn>/index/by_member` into `ledger/index/by_member`."""
    return re.sub(r"^<Data\.([A-Z][a-z]+)[0-9A-F]{8}\.Arn>", lambda match: match[1].lower(), resource)


def actions_of(assembly: Assembly, role: Found) -> set[str]:
    return {action for statement in assembly.statements(role) for action in listed(statement["Action"])}


def test_every_function_has_a_role_of_its_own(assembly: Assembly) -> None:
    used = Counter(
        assembly.text(function, function.properties["Role"]) for function in assembly.all("AWS::Lambda::Function")
    )
    assert set(used.values()) == {1}
    assert len(used) == len(roles(assembly)) == len(TABLE_GRANTS)


def test_grants_on_tables_are_exactly_the_published_ones(assembly: Assembly) -> None:
    granted = {name: table_grants(assembly, role) for name, role in roles(assembly).items()}
    assert granted == {
        name: {table: " ".join(sorted(actions.split())) for table, actions in tables.items()}
        for name, tables in TABLE_GRANTS.items()
    }


def test_other_grants_are_exactly_the_published_ones(prod: Assembly) -> None:
    for name, role in roles(prod).items():
        beyond = {action for action in actions_of(prod, role) if not action.startswith("dynamodb:")}
        assert beyond - OF_EVERY_FUNCTION - OF_CONSUMERS == OTHER_GRANTS.get(name, set()), name


def test_no_action_is_a_wildcard(assembly: Assembly) -> None:
    for role in assembly.all("AWS::IAM::Role"):
        assert not [action for action in actions_of(assembly, role) if "*" in action], role.path


def test_wildcards_in_resources_are_traces_prefixes_and_streams(assembly: Assembly) -> None:
    for role in assembly.all("AWS::IAM::Role"):
        for statement in assembly.statements(role):
            resources = [assembly.text(role, one) for one in listed(statement.get("Resource", []))]
            broad = [one for one in resources if "*" in one and not WILDCARD_SUFFIXES.search(one)]
            # The local cloud does not know the work group of an execution, nor in whose name an e-mail is sent.
            local = ("athena:GetQueryExecution", "ses:SendEmail") if assembly.deployment.local else ()
            nameless = ("xray:", *local)
            harmless = all(action.startswith(nameless) for action in listed(statement["Action"]))
            assert not broad or (harmless and broad == ["*"]), (role.path, broad)


def test_no_statement_excludes_actions_and_only_text_messages_exclude_resources(assembly: Assembly) -> None:
    for role in assembly.all("AWS::IAM::Role"):
        for statement in assembly.statements(role):
            assert "NotAction" not in statement
            assert "NotResource" not in statement or listed(statement["Action"]) == ["sns:Publish"]


def test_nobody_changes_or_deletes_a_ledger_entry(assembly: Assembly) -> None:
    forbidden = {"dynamodb:UpdateItem", "dynamodb:DeleteItem", "dynamodb:BatchWriteItem"}
    for role in assembly.all("AWS::IAM::Role"):
        for statement in assembly.statements(role):
            tables = {
                table_name(assembly.text(role, one)).split("/")[0] for one in listed(statement.get("Resource", []))
            }
            assert "ledger" not in tables or not forbidden & set(listed(statement["Action"])), role.path


def test_only_jobs_and_tools_scan(assembly: Assembly) -> None:
    scanning = {name for name, role in roles(assembly).items() if "dynamodb:Scan" in actions_of(assembly, role)}
    assert scanning == {"outbox-republish", "books-on-job", "members-birthdays", "notices-on-job"}


def test_roles_carry_no_managed_policies_and_no_policy_is_added_from_outside(assembly: Assembly) -> None:
    assert not [role.path for role in assembly.all("AWS::IAM::Role") if "ManagedPolicyArns" in role.properties]
    assert not assembly.all("AWS::IAM::Policy")
    assert not assembly.all("AWS::IAM::ManagedPolicy")
