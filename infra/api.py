"""The HTTP API: one stage, two authorizers, and the routes that capabilities declare."""

import json

from aws_cdk import Aws, CfnOutput, Duration, Stack
from aws_cdk import aws_apigatewayv2 as gateway
from aws_cdk import aws_cloudwatch as cloudwatch
from aws_cdk import aws_cloudwatch_actions as actions
from aws_cdk import aws_lambda as lambda_
from aws_cdk import aws_logs as logs
from aws_cdk import aws_sns as sns
from constructs import Construct

from infra.acknowledgements import acknowledge
from infra.context import Deployment
from infra.function import Function
from infra.grants import Platform
from infra.identity import Issuer
from infra.specs import Caller, Route

IDENTITY_SOURCE = "$request.header.Authorization"
AUTHORIZER_CACHE_S = 60
"""How long a revoked till may go on; a busy till asks the function once a minute."""
GATEWAY_TIMEOUT_S = 29
SCOPE_OF = {Caller.MEMBER: "member", Caller.STAFF: "staff"}
ACCESS_LOG = {
    "request_id": "$context.requestId",
    "at": "$context.requestTime",
    "route": "$context.routeKey",
    "status": "$context.status",
    "latency_ms": "$context.responseLatency",
    "integration_latency_ms": "$context.integrationLatency",
    "integration_error": "$context.integrationErrorMessage",
    "authorizer_error": "$context.authorizer.error",
}
"""What is logged of a request: which route, never which path, address or caller."""


class ApiStack(Stack):
    """The gateway alone; capabilities bring their routes in stacks of their own."""

    def __init__(self, scope: Construct, id_: str, *, platform: Platform) -> None:
        super().__init__(scope, id_, **platform.deployment.stack("HTTP API"))
        self.api = Api(self, platform=platform)
        CfnOutput(self, "ApiId", value=self.api.id)
        CfnOutput(self, "ApiUrl", value=self.api.url)


class Api(Construct):
    """The gateway in front of every function."""

    def __init__(self, scope: Construct, *, platform: Platform) -> None:
        super().__init__(scope, "Gateway")
        deployment, issuer = platform.deployment, platform.issuer
        self._scopes = issuer.scopes
        self._api = gateway.CfnApi(self, "Http", name=deployment.name, protocol_type="HTTP")
        self.id = self._api.ref
        self.url = self._api.attr_api_endpoint
        self._stage = self._make_stage(deployment)
        self._jwt = self._make_jwt_authorizer(issuer)
        self._asked: gateway.CfnAuthorizer | None = None
        self._alarm(platform.data.alarms)

    def ask(self, authorizer: Function) -> None:
        """Let this function say who calls the routes of tills and of the desk."""
        self._asked = gateway.CfnAuthorizer(
            authorizer,
            "Authorizer",
            name="tenants",
            api_id=self.id,
            authorizer_type="REQUEST",
            authorizer_payload_format_version="2.0",
            enable_simple_responses=True,
            identity_source=[IDENTITY_SOURCE],
            authorizer_result_ttl_in_seconds=AUTHORIZER_CACHE_S,
            authorizer_uri=_invocation_uri(authorizer),
        )
        _permit(authorizer, f"{self.id}/authorizers/{self._asked.ref}")

    def serve(self, function: Function, routes: tuple[Route, ...]) -> None:
        """Send these routes to that function."""
        integration = gateway.CfnIntegration(
            function,
            "Integration",
            api_id=self.id,
            integration_type="AWS_PROXY",
            integration_uri=function.target_arn,
            payload_format_version="2.0",
            timeout_in_millis=min(function.size.timeout_s, GATEWAY_TIMEOUT_S) * 1000,
        )
        _permit(function, f"{self.id}/*/*")
        for route in routes:
            self._route(function, route, integration)

    def _route(self, function: Function, route: Route, integration: gateway.CfnIntegration) -> None:
        resource = gateway.CfnRoute(
            function,
            route.key,
            api_id=self.id,
            route_key=route.key,
            target=f"integrations/{integration.ref}",
            authorization_type="NONE",
        )
        if route.caller is Caller.ANYONE:
            acknowledge(resource, "AwsSolutions-APIG4", "Open by design: it answers the same to everybody.")
        elif route.caller is Caller.LINK:
            acknowledge(resource, "AwsSolutions-APIG4", "The link is the credential: unguessable, for one answer.")
        elif route.caller is Caller.PROVIDER:
            acknowledge(resource, "AwsSolutions-APIG4", "A provider of messages has no token of ours: it proves itself "
                        "by a secret path or a signature, which the function checks.")  # fmt: skip
        elif route.caller in SCOPE_OF:
            resource.authorization_type = "JWT"
            resource.authorizer_id = self._jwt.ref
            resource.authorization_scopes = [self._scopes[SCOPE_OF[route.caller]]]
        else:
            resource.authorization_type = "CUSTOM"
            resource.authorizer_id = self._authorizer_of_tills().ref

    def _authorizer_of_tills(self) -> gateway.CfnAuthorizer:
        if self._asked is None:
            raise ValueError("build the capability that has the authorizer before the routes it guards")
        return self._asked

    def _make_jwt_authorizer(self, issuer: Issuer) -> gateway.CfnAuthorizer:
        return gateway.CfnAuthorizer(
            self,
            "Jwt",
            name="people",
            api_id=self.id,
            authorizer_type="JWT",
            identity_source=[IDENTITY_SOURCE],
            jwt_configuration=gateway.CfnAuthorizer.JWTConfigurationProperty(
                issuer=issuer.url, audience=list(issuer.audience)
            ),
        )

    def _make_stage(self, deployment: Deployment) -> gateway.CfnStage:
        limits = deployment.mall.limits
        log = logs.LogGroup(
            self,
            "AccessLog",
            log_group_name=f"/aws/vendedlogs/apis/{deployment.name}",
            retention=deployment.log_retention,
            removal_policy=deployment.log_removal,
        )
        return gateway.CfnStage(
            self,
            "Default",
            api_id=self.id,
            stage_name="$default",
            auto_deploy=True,
            default_route_settings=gateway.CfnStage.RouteSettingsProperty(
                throttling_rate_limit=limits.requests_per_second,
                throttling_burst_limit=limits.burst,
                detailed_metrics_enabled=True,
            ),
            access_log_settings=gateway.CfnStage.AccessLogSettingsProperty(
                destination_arn=log.log_group_arn, format=json.dumps(ACCESS_LOG)
            ),
        )

    def _alarm(self, topic: sns.ITopic) -> None:
        failures = cloudwatch.Metric(
            namespace="AWS/ApiGateway",
            metric_name="5xx",
            dimensions_map={"ApiId": self.id},
            statistic="sum",
            period=Duration.minutes(5),
        )
        failures.create_alarm(
            self,
            "Failures",
            threshold=5,
            evaluation_periods=1,
            treat_missing_data=cloudwatch.TreatMissingData.NOT_BREACHING,
            alarm_description="Callers get errors that are ours; look at the access log, then at the function's.",
        ).add_alarm_action(actions.SnsAction(topic))


def _permit(function: Function, what: str) -> None:
    """Let the gateway, and of it only this API, invoke the function."""
    lambda_.CfnPermission(
        function,
        "Gateway",
        action="lambda:InvokeFunction",
        principal="apigateway.amazonaws.com",
        function_name=function.target_arn,
        source_arn=f"arn:{Aws.PARTITION}:execute-api:{Aws.REGION}:{Aws.ACCOUNT_ID}:{what}",
    )


def _invocation_uri(function: Function) -> str:
    return (
        f"arn:{Aws.PARTITION}:apigateway:{Aws.REGION}:lambda:path/2015-03-31/functions/"
        f"{function.target_arn}/invocations"
    )
