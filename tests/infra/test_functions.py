"""Every function is made with the same care."""

import json

from infra.capabilities import all_functions
from infra.sizing import SIZES
from infra.specs import Special
from tests.infra.assembly import Assembly, Found

COMMON = {
    "MALL", "STAGE", "TIME_ZONE", "LOG_LEVEL", "POWERTOOLS_SERVICE_NAME", "POWERTOOLS_METRICS_NAMESPACE",
    "GROUPS_CLAIM", "FUTURE_SWEEPS",
}  # fmt: skip

TOKENS = {"ISSUER", "AUDIENCE", "TILL_SCOPE", "STAFF_SCOPE"}
TARGETS = {
    "AWS::Lambda::EventSourceMapping": "FunctionName",
    "AWS::Lambda::Permission": "FunctionName",
    "AWS::CloudFormation::CustomResource": "ServiceToken",
    "AWS::ApiGatewayV2::Authorizer": "AuthorizerUri",
}
"""What starts a function, and the property that names it."""


def functions(assembly: Assembly) -> dict[str, Found]:
    return {function.function: function for function in assembly.all("AWS::Lambda::Function")}


def test_the_cloud_has_exactly_the_declared_functions(assembly: Assembly) -> None:
    declared = {function.name: function.handler for function in all_functions()}
    assert {name: found.properties["Handler"] for name, found in functions(assembly).items()} == declared
    prefix = assembly.deployment.name
    names = {found.properties["FunctionName"] for found in functions(assembly).values()}
    assert names == {f"{prefix}-{name}" for name in declared}


def test_size_is_stated_once_for_every_function_and_for_no_other(assembly: Assembly) -> None:
    assert set(SIZES) == set(functions(assembly))
    for name, found in functions(assembly).items():
        assert found.properties["MemorySize"] == SIZES[name].memory_mb
        assert found.properties["Timeout"] == SIZES[name].timeout_s


def test_functions_run_python_3_13_on_arm_in_the_cloud(cloud: Assembly) -> None:
    for found in functions(cloud).values():
        assert found.properties["Runtime"] == "python3.13"
        assert found.properties["Architectures"] == ["arm64"]


def test_functions_are_traced_where_the_partition_has_tracing(assembly: Assembly) -> None:
    for found in functions(assembly).values():
        traced = found.properties.get("TracingConfig", {}).get("Mode") == "Active"
        assert traced is not assembly.deployment.in_china


def test_functions_that_somebody_waits_for_start_from_snapshots(assembly: Assembly) -> None:
    snapshots = {name for name, found in functions(assembly).items() if "SnapStart" in found.properties}
    waited_for = {function.name for function in all_functions() if function.somebody_waits}
    assert {"earn-api", "tenants-authorizer", "redeem-me"} <= waited_for
    assert snapshots == (set() if assembly.deployment.in_china else waited_for)


def test_triggers_reach_the_published_version_where_there_is_one(assembly: Assembly) -> None:
    versioned = not assembly.deployment.in_china
    assert len(assembly.all("AWS::Lambda::Alias")) == (len(functions(assembly)) if versioned else 0)
    targets = [
        assembly.text(one, one.properties[name])
        for kind, name in TARGETS.items()
        for one in assembly.all(kind)
        if name in one.properties
    ]
    assert len(targets) > len(TARGETS)
    assert all(("Alias" in target) is versioned for target in targets)
    for schedule in assembly.all("AWS::Scheduler::Schedule"):
        assert ("Alias" in assembly.text(schedule, schedule.properties["Target"]["Arn"])) is versioned


def test_every_log_has_an_end_and_belongs_to_one_function(assembly: Assembly) -> None:
    groups = assembly.all("AWS::Logs::LogGroup")
    assert len(groups) == len(functions(assembly)) + 1
    days = assembly.deployment.mall.limits.log_retention_days
    assert {group.properties["RetentionInDays"] for group in groups} == {days}
    for found in functions(assembly).values():
        assert found.function.replace("-", "") in assembly.text(found, found.properties["LoggingConfig"]["LogGroup"])


def test_a_function_is_told_of_what_it_is_granted_and_of_nothing_else(prod: Assembly) -> None:
    told = {name: set(found.properties["Environment"]["Variables"]) - COMMON for name, found in functions(prod).items()}
    assert told["expiry-daily"] == {"ACCOUNTS_TABLE", "EXPIRY_QUEUE_URL"}
    assert told["coupons-daily"] == {"COUPONS_TABLE", "COUPONS_PAGES_QUEUE_URL"}
    assert told["coupons-jobs-desk"] == {"COUPONS_TABLE", "IMPORTS_BUCKET", "JOBS_QUEUE_URL"}
    assert told["survey-hourly"] == {"SURVEYS_TABLE", "SURVEYS_PAGES_QUEUE_URL", "JOBS_QUEUE_URL"}
    assert told["redeem-on-job"] == {"REWARDS_TABLE", "IMPORTS_BUCKET", "JOBS_QUEUE_URL"}
    assert told["outbox-on-change"] == {"EVENT_BUS", "PARKED_QUEUE_URL"}
    assert told["lake-on-event"] == {"LAKE_STREAMS"}
    assert told["lake-on-compaction"] == {"LAKE_BUCKET", "COMPACTIONS_QUEUE_URL"}
    assert told["tenants-authorizer"] == {"TENANTS_TABLE"} | TOKENS
    assert told["earn-imports"] == {"IMPORTS_TABLE", "IMPORTS_BUCKET", "APPLY_QUEUE_URL"}
    assert told["tenants-api"] == {"TENANTS_TABLE", "CONTROL_TABLE", "USER_POOL_ID"} | TOKENS
    for found in functions(prod).values():
        assert set(found.properties["Environment"]["Variables"]) >= COMMON


def test_a_sweep_of_a_day_to_come_is_for_rehearsals(assembly: Assembly) -> None:
    allowed = {found.properties["Environment"]["Variables"]["FUTURE_SWEEPS"] for found in functions(assembly).values()}
    assert allowed == {"false" if assembly.deployment.stage == "prod" else "true"}


def test_only_on_a_laptop_what_staff_publish_is_known_after_a_moment(assembly: Assembly) -> None:
    told = {
        found.properties["Environment"]["Variables"].get("MOST_SECONDS_REMEMBERED")
        for found in functions(assembly).values()
    }
    assert told == {"2" if assembly.deployment.stage == "local" else None}


def test_insight_is_told_what_the_mall_expects_of_a_month(assembly: Assembly) -> None:
    told = {
        name: json.loads(found.properties["Environment"]["Variables"].get("INSIGHT_EXPECTED", "null"))
        for name, found in functions(assembly).items()
    }
    insight = assembly.deployment.mall.insight
    expected = {"new_members": insight.new_members_a_month, "margins": insight.gross_margin_per_mille}
    assert told["insight-reports-desk"] == expected
    assert {name for name, one in told.items() if one} == {name for name in told if name.startswith("insight-")}


def test_insight_is_told_when_a_mall_wants_to_hear_of_a_fall(assembly: Assembly) -> None:
    insight = assembly.deployment.mall.insight
    told = functions(assembly)["insight-on-job"].properties["Environment"]["Variables"]["INSIGHT_ALERTS"]
    assert told == f"{insight.alert_fall_per_mille},{insight.alert_weeks},{insight.alert_least_receipts}"


def test_functions_that_continue_themselves_are_not_taken_for_runaway_loops(assembly: Assembly) -> None:
    allowed = {name for name, found in functions(assembly).items() if found.properties.get("RecursiveLoop") == "Allow"}
    assert allowed == {
        "books-on-job",
        "campaigns-on-job",
        "members-on-partition",
        "earn-on-partition",
        "coupons-on-job",
        "redeem-on-job",
        "insight-on-job",
        "lifecycle-on-job",
        "notices-on-job",
        "segments-on-job",
        "survey-on-job",
        "lake-on-compaction",
        "outbox-republish",
    }


def test_the_programme_of_the_malls_file_is_handed_over_at_deployment(assembly: Assembly) -> None:
    (resource,) = assembly.all("AWS::CloudFormation::CustomResource")
    programme = assembly.deployment.mall.program
    assert type(programme).model_validate_json(resource.properties["Programme"]) == programme
    (handler,) = [function for function in all_functions() if function.trigger is Special.DEPLOYMENT]
    assert resource.function == handler.name
