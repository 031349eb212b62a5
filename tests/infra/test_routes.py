"""What the gateway lets through, and to whom."""

import json
from collections.abc import Callable

from infra.capabilities import all_functions
from infra.specs import Caller
from tests.infra.assembly import Assembly, Found

OPEN = {"GET /program", "GET /health", "GET /openapi.json", "GET /improvements"}
BY_LINK = {
    "GET /s/{token}",
    "POST /s/{token}",
    "GET /surveys/invitations/{token}",
    "POST /surveys/invitations/{token}",
}
"""Routes whose address is the credential."""
BY_PROVIDERS = {
    "POST /providers/tencent/{token}",
    "GET /providers/wechat/{account}",
    "POST /providers/wechat/{account}",
}
"""Routes whose callers prove themselves to the function."""
COGNITO_SCOPES = {Caller.MEMBER: "aws.cognito.signin.user.admin", Caller.STAFF: "aws.cognito.signin.user.admin"}
OWN_SCOPES = {Caller.MEMBER: "loyalty/member", Caller.STAFF: "loyalty/staff"}


def routes(assembly: Assembly) -> dict[str, Found]:
    return {route.properties["RouteKey"]: route for route in assembly.all("AWS::ApiGatewayV2::Route")}


def authorizer(assembly: Assembly, kind: str) -> Found:
    (found,) = [
        one for one in assembly.all("AWS::ApiGatewayV2::Authorizer") if one.properties["AuthorizerType"] == kind
    ]
    return found


def test_the_gateway_has_exactly_the_declared_routes(assembly: Assembly) -> None:
    declared = [route.key for function in all_functions() for route in function.routes]
    assert sorted(route.properties["RouteKey"] for route in assembly.all("AWS::ApiGatewayV2::Route")) == sorted(
        declared
    )
    assert len(set(declared)) == len(declared)


def test_only_the_published_routes_are_open(assembly: Assembly) -> None:
    is_open = {key for key, route in routes(assembly).items() if route.properties["AuthorizationType"] == "NONE"}
    assert is_open == OPEN | BY_LINK | BY_PROVIDERS


def test_every_route_of_a_person_asks_for_a_scope(assembly: Assembly) -> None:
    scopes = OWN_SCOPES if assembly.deployment.in_china else COGNITO_SCOPES
    jwt = authorizer(assembly, "JWT")
    found = routes(assembly)
    for function in all_functions():
        for route in function.routes:
            if route.caller in scopes:
                gate, properties = found[route.key], found[route.key].properties
                assert properties["AuthorizationType"] == "JWT"
                assert properties["AuthorizationScopes"] == [scopes[route.caller]]
                assert assembly.text(gate, properties["AuthorizerId"]) == f"<{jwt.id}>"


def test_every_route_of_a_till_asks_the_authorizer(assembly: Assembly) -> None:
    asked = authorizer(assembly, "REQUEST")
    found = routes(assembly)
    keys = [
        route.key
        for function in all_functions()
        for route in function.routes
        if route.caller in {Caller.TILL, Caller.DESK}
    ]
    assert {"POST /purchases", "POST /member-sessions", "POST /members"} <= set(keys)
    for key in keys:
        assert found[key].properties["AuthorizationType"] == "CUSTOM"
        assert assembly.text(found[key], found[key].properties["AuthorizerId"]) == f"<{asked.id}>"


def test_the_authorizers_answer_is_simple_and_kept_a_minute(assembly: Assembly) -> None:
    properties = authorizer(assembly, "REQUEST").properties
    assert properties["AuthorizerPayloadFormatVersion"] == "2.0"
    assert properties["EnableSimpleResponses"] is True
    assert properties["AuthorizerResultTtlInSeconds"] == 60
    assert properties["IdentitySource"] == ["$request.header.Authorization"]


def test_the_jwt_authorizer_names_issuer_and_audience(assembly_of: Callable[[str, str], Assembly]) -> None:
    own = authorizer(assembly_of("jade", "prod"), "JWT").properties["JwtConfiguration"]
    assert own == {"Issuer": "https://login.jade-garden.example.com", "Audience": ["mall-loyalty"]}
    prod = assembly_of("aurora", "prod")
    jwt = authorizer(prod, "JWT")
    pool = jwt.properties["JwtConfiguration"]
    issuer = "https://cognito-idp.ap-southeast-1.amazonaws.com/<Identity.People"
    assert prod.text(jwt, pool["Issuer"]).startswith(issuer)
    assert len(pool["Audience"]) == 1


def test_the_stage_throttles_as_the_malls_file_says(assembly: Assembly) -> None:
    (stage,) = assembly.all("AWS::ApiGatewayV2::Stage")
    limits = assembly.deployment.mall.limits
    settings = stage.properties["DefaultRouteSettings"]
    assert settings["ThrottlingRateLimit"] == limits.requests_per_second
    assert settings["ThrottlingBurstLimit"] == limits.burst
    assert stage.properties["StageName"] == "$default"


def test_the_access_log_says_which_route_and_nothing_about_the_caller(assembly: Assembly) -> None:
    (stage,) = assembly.all("AWS::ApiGatewayV2::Stage")
    logged = json.loads(stage.properties["AccessLogSettings"]["Format"])
    assert {"$context.routeKey", "$context.status", "$context.requestId"} <= set(logged.values())
    personal = ("path", "sourceIp", "userAgent", "claims", "identity", "property", "querystring")
    assert not [value for value in logged.values() if any(word.lower() in value.lower() for word in personal)]


def test_routes_reach_the_published_version(cloud: Assembly) -> None:
    for integration in cloud.all("AWS::ApiGatewayV2::Integration"):
        target = cloud.text(integration, integration.properties["IntegrationUri"])
        assert ("Alias" in target) is not cloud.deployment.in_china, integration.path
        assert integration.properties["PayloadFormatVersion"] == "2.0"
