"""The audit trail only grows: one role may put into it, one may read it, none may do anything else (ADR 0822)."""

from tests.infra.assembly import Assembly
from tests.infra.test_roles import roles, table_grants

READING = {"GetItem", "Query", "BatchGetItem"}


def granted(assembly: Assembly) -> dict[str, set[str]]:
    """What each role may do to the trail."""
    found = {name: table_grants(assembly, role) for name, role in roles(assembly).items()}
    return {name: set(grants["audit"].split()) for name, grants in found.items() if "audit" in grants}


def test_one_role_may_put_into_the_trail_and_none_may_change_or_take_away(assembly: Assembly) -> None:
    writing = {name: actions - READING for name, actions in granted(assembly).items() if actions - READING}
    assert writing == {"audit-on-event": {"PutItem"}}


def test_one_function_reads_the_trail_and_it_is_not_the_one_that_writes(assembly: Assembly) -> None:
    reading = {name: actions & READING for name, actions in granted(assembly).items() if actions & READING}
    assert reading == {"audit-api": {"Query"}}


def test_somebody_is_told_when_a_limit_is_passed(assembly: Assembly) -> None:
    """The metric is the one the function writes (EMF): its namespace and its one dimension."""
    (alarm,) = (
        alarm for alarm in assembly.all("AWS::CloudWatch::Alarm") if alarm.properties["MetricName"] == "VelocityAlarms"
    )
    function = next(one for one in assembly.all("AWS::Lambda::Function") if one.function == "control-on-receipt")
    told = function.properties["Environment"]["Variables"]
    assert alarm.properties["Namespace"] == told["POWERTOOLS_METRICS_NAMESPACE"]
    assert alarm.properties["Dimensions"] == [{"Name": "service", "Value": told["POWERTOOLS_SERVICE_NAME"]}]
    assert (alarm.properties["Threshold"], alarm.properties["ComparisonOperator"]) == (0, "GreaterThanThreshold")
    assert len(alarm.properties["AlarmActions"]) == 1
