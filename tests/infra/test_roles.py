"""Who may do what: the published table of grants, and nothing beside it."""

import re
from collections import Counter

from tests.infra.assembly import Assembly, Found, listed

R = "BatchGetItem GetItem Query"
RP = f"{R} PutItem"
EVERYTHING = "BatchGetItem ConditionCheckItem DeleteItem GetItem PutItem Query UpdateItem"
ACCOUNT = "BatchGetItem ConditionCheckItem GetItem PutItem Query UpdateItem"
JOB = f"{R} PutItem UpdateItem"
MOVE = {"accounts": RP, "ledger": RP, "tenants": R, "program": R, "members": "GetItem"}
WRITE = "GetItem PutItem"
ISSUE = {"coupons": JOB, "accounts": "BatchGetItem GetItem", "program": R}
ORDER = {"rewards": JOB, "coupons": "BatchGetItem GetItem PutItem UpdateItem"}
ANSWER = {
    "surveys": "BatchGetItem GetItem PutItem UpdateItem",
    "accounts": "BatchGetItem GetItem PutItem",
    "ledger": "GetItem PutItem",
    "program": R,
}
INVITE = {"surveys": JOB, "accounts": "BatchGetItem GetItem", "program": R}
OFFER = {"surveys": "GetItem PutItem Query UpdateItem"}
LOOK = {"accounts": "GetItem", "ledger/index/by_member": "Query", "members": "GetItem", "program": R}
TABLE_GRANTS: dict[str, dict[str, str]] = {
    "program-api": {"program": R, "tenants": "Query"},
    "program-on-deploy": {"program": "GetItem PutItem"},
    "members-api": {
        "members": EVERYTHING,
        "accounts": ACCOUNT,
        "ledger": "GetItem PutItem",
        "ledger/index/by_member": "Query",
        "coupons/index/by_member": "Query",
        "rewards/index/by_member": "Query",
        "surveys/index/by_member": "Query",
        "program": R,
    },
    "members-desk": {"members": EVERYTHING, "accounts": ACCOUNT, "ledger": "GetItem PutItem", "program": R},
    "members-imports": {"imports": JOB},
    "members-on-upload": {"imports": JOB},
    "members-on-partition": {
        "imports": JOB,
        "members": EVERYTHING,
        "accounts": ACCOUNT,
        "ledger": RP,
        "program": R,
    },
    "tenants-api": {"tenants": EVERYTHING},
    "tenants-authorizer": {"tenants": "GetItem"},
    "coupons-me": {**ISSUE, "coupons/index/by_member": "Query", "members": "GetItem"},
    "coupons-till": {**ISSUE, **OFFER, "coupons": "BatchGetItem GetItem PutItem UpdateItem"},
    "coupons-staff": {"coupons": f"{RP} DeleteItem", "program": R},
    "coupons-discounts-desk": {"coupons": "GetItem PutItem Query"},
    "coupons-jobs-desk": {"coupons": WRITE},
    "coupons-care-desk": {"coupons": WRITE, "coupons/index/by_member": "Query", "accounts": "GetItem"},
    "coupons-on-event": ISSUE,
    "coupons-on-count": {"coupons": f"{WRITE} UpdateItem"},
    "coupons-on-job": {**ISSUE, "coupons": f"{JOB} BatchWriteItem", "coupons/index/by_template": "Query"},
    "coupons-daily": {"coupons/index/due": "Query"},
    "coupons-on-page": {"coupons": WRITE},
    "earn-api": {**MOVE, **OFFER, "coupons": RP, "coupons/index/by_member": "Query"},
    "earn-imports": {"imports": JOB},
    "earn-on-upload": {"imports": JOB},
    "earn-on-partition": {"imports": JOB, **MOVE},
    "redeem-api": {**MOVE, **ORDER, **OFFER},
    "redeem-me": {**MOVE, **ORDER, **OFFER, "rewards/index/by_member": "Query"},
    "redeem-handovers": {"rewards": f"{WRITE} UpdateItem"},
    "redeem-rewards": {"rewards": RP, "coupons": "GetItem"},
    "redeem-stock-desk": {"rewards": "BatchGetItem GetItem PutItem UpdateItem", "rewards/index/by_reward": "Query"},
    "redeem-on-job": {"rewards": "GetItem UpdateItem", "rewards/index/by_reward": "Query"},
    "accounts-api": LOOK,
    "accounts-desk": LOOK,
    "expiry-daily": {"accounts/index/due": "Query"},
    "expiry-on-page": {"accounts": RP, "ledger": RP, "program": R},
    "survey-me": {**ANSWER, "surveys/index/by_member": "Query", "members": "GetItem"},
    "survey-links": ANSWER,
    "survey-page": ANSWER,
    "survey-staff": {"surveys": RP},
    "survey-jobs-desk": {"surveys": WRITE},
    "survey-answers-desk": {**ANSWER, "surveys/index/by_shelf": "Query"},
    "survey-analyses-desk": {},
    "survey-reports": {"surveys": "GetItem Query"},
    "survey-findings-desk": {
        "surveys": f"{JOB} DeleteItem",
        "surveys/index/by_shelf": "Query",
        "accounts": "GetItem",
    },
    "survey-improvements": {"surveys/index/by_shelf": "Query"},
    "survey-on-event": {**INVITE, "surveys": f"{JOB} BatchWriteItem", "surveys/index/by_member": "Query"},
    "survey-on-count": {"surveys": f"{WRITE} UpdateItem"},
    "survey-on-answer": {"surveys": f"{JOB} DeleteItem"},
    "survey-on-job": {**INVITE, "surveys/index/by_shelf": "Query"},
    "survey-hourly": {"surveys": RP, "surveys/index/due": "Query"},
    "survey-on-page": {"surveys": f"{WRITE} Query"},
    "outbox-on-change": {},
    "outbox-republish": {"ledger": "Scan"},
}
"""Function, table or index, DynamoDB actions. A new grant is a decision, so it is written down twice."""

OTHER_GRANTS: dict[str, set[str]] = {
    "members-api": {"secretsmanager:GetSecretValue", "sns:Publish", "cognito-idp:AdminDeleteUser"},
    "members-desk": {"secretsmanager:GetSecretValue"},
    "members-imports": {"s3:GetObject", "s3:PutObject", "sqs:SendMessage"},
    "members-on-upload": {"s3:DeleteObject", "s3:GetObject", "s3:PutObject", "sqs:SendMessage"},
    "members-on-partition": {
        "secretsmanager:GetSecretValue",
        "s3:DeleteObject",
        "s3:GetObject",
        "s3:PutObject",
        "sqs:SendMessage",
    },
    "tenants-api": {
        "cognito-idp:CreateUserPoolClient",
        "cognito-idp:DescribeUserPoolClient",
        "cognito-idp:DeleteUserPoolClient",
    },
    "coupons-me": {"secretsmanager:GetSecretValue"},
    "coupons-till": {"secretsmanager:GetSecretValue"},
    "coupons-jobs-desk": {"s3:GetObject", "sqs:SendMessage"},
    "coupons-on-event": {"secretsmanager:GetSecretValue"},
    "coupons-on-job": {"secretsmanager:GetSecretValue", "s3:PutObject", "sqs:SendMessage"},
    "coupons-daily": {"sqs:SendMessage"},
    "earn-api": {"secretsmanager:GetSecretValue"},
    "earn-imports": {"s3:GetObject", "s3:PutObject", "sqs:SendMessage"},
    "earn-on-upload": {"s3:DeleteObject", "s3:GetObject", "s3:PutObject", "sqs:SendMessage"},
    "earn-on-partition": {
        "secretsmanager:GetSecretValue",
        "s3:DeleteObject",
        "s3:GetObject",
        "s3:PutObject",
        "sqs:SendMessage",
    },
    "redeem-api": {"secretsmanager:GetSecretValue"},
    "redeem-me": {"secretsmanager:GetSecretValue"},
    "redeem-handovers": {"secretsmanager:GetSecretValue"},
    "redeem-stock-desk": {"secretsmanager:GetSecretValue", "s3:GetObject", "sqs:SendMessage"},
    "redeem-on-job": {"s3:PutObject", "sqs:SendMessage"},
    "expiry-daily": {"sqs:SendMessage"},
    "survey-links": {"secretsmanager:GetSecretValue"},
    "survey-page": {"secretsmanager:GetSecretValue"},
    "survey-jobs-desk": {"s3:GetObject", "sqs:SendMessage"},
    "survey-answers-desk": {"secretsmanager:GetSecretValue"},
    "survey-findings-desk": {"sqs:SendMessage"},
    "survey-on-event": {"secretsmanager:GetSecretValue"},
    "survey-on-job": {"secretsmanager:GetSecretValue", "s3:PutObject", "sqs:SendMessage"},
    "survey-hourly": {"sqs:SendMessage"},
    "outbox-on-change": {"events:PutEvents", "sqs:SendMessage"},
    "outbox-republish": {"events:PutEvents", "lambda:InvokeFunction", "sqs:SendMessage"},
    "program-on-deploy": {"sqs:SendMessage"},
}
"""What reaches beyond the tables. Sending to a queue is also how a failed run gets to its destination."""

OF_EVERY_FUNCTION = {
    "logs:CreateLogStream", "logs:PutLogEvents", "xray:PutTraceSegments", "xray:PutTelemetryRecords",
}  # fmt: skip
OF_CONSUMERS = {
    "sqs:ReceiveMessage", "sqs:DeleteMessage", "sqs:GetQueueAttributes",
    "dynamodb:DescribeStream", "dynamodb:GetRecords", "dynamodb:GetShardIterator", "dynamodb:ListStreams",
}  # fmt: skip
WILDCARD_SUFFIXES = re.compile(
    r"/(uploads|partitions|reports)/(members|purchases)/\*$|/exports/(coupons|rewards|surveys)/\*$|/stream/\*$"
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
            traces = all(action.startswith("xray:") for action in listed(statement["Action"]))
            assert not broad or (traces and broad == ["*"]), (role.path, broad)


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


def test_only_republishing_scans(assembly: Assembly) -> None:
    scanning = {name for name, role in roles(assembly).items() if "dynamodb:Scan" in actions_of(assembly, role)}
    assert scanning == {"outbox-republish"}


def test_roles_carry_no_managed_policies_and_no_policy_is_added_from_outside(assembly: Assembly) -> None:
    assert not [role.path for role in assembly.all("AWS::IAM::Role") if "ManagedPolicyArns" in role.properties]
    assert not assembly.all("AWS::IAM::Policy")
    assert not assembly.all("AWS::IAM::ManagedPolicy")
