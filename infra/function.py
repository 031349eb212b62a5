"""The one construct that makes a function, so that every function has the same care.

Own role with exact actions, log group with retention, tracing, error alarm, stated size, a destination for failed
asynchronous runs, and where the partition has snapshots, a published version behind the alias `live`.
"""

import json
from collections.abc import Mapping, Sequence

from aws_cdk import Aws, Duration
from aws_cdk import aws_cloudwatch as cloudwatch
from aws_cdk import aws_cloudwatch_actions as actions
from aws_cdk import aws_iam as iam
from aws_cdk import aws_lambda as lambda_
from aws_cdk import aws_logs as logs
from aws_cdk import aws_sqs as sqs
from constructs import Construct

from infra.acknowledgements import acknowledge
from infra.grants import Granted, Platform, allow, resolve, tracing
from infra.queues import TerminalQueue
from infra.sizing import SIZES
from infra.specs import FunctionSpec, Special
from infra.triggers import reading_of
from loyalty.remembering import A_MOMENT

ALIAS = "live"
RETRIES_OF_ASYNCHRONOUS_RUNS = 2
PROFILING = frozenset({"insight", "segments"})
"""The capabilities that look at members one by one, as far as the mall and the member allow."""
REPORTING = "insight"
"""The capability that says what the mall expected of a month beside what it was."""
NOTICES = "notices"
"""The capability that writes to members, in the mall's name."""
FREE = {"mini_program": 0, "official_account": 0, "webhook": 0}
"""Channels whose messages cost nothing."""


class Function(Construct):
    """One Lambda function and everything that belongs to it alone.

    Args:
        spec: what the capability declares.
        platform: the stacks it refers to.
        code: the capability's asset.
        layers: the shared third-party packages, and those that only some functions need.
        queues: the capability's queues, by declared name.
    """

    def __init__(
        self,
        scope: Construct,
        spec: FunctionSpec,
        *,
        platform: Platform,
        code: lambda_.Code,
        layers: Sequence[lambda_.ILayerVersion],
        queues: Mapping[str, sqs.IQueue],
    ) -> None:
        super().__init__(scope, spec.name)
        self.spec = spec
        self.size = SIZES[spec.name]
        self._platform = platform
        self._deployment = platform.deployment
        self.name = f"{self._deployment.name}-{spec.name}"
        self.failed = self._make_failure_queue()
        self._log = self._make_log()
        granted = self._all_granted(queues)
        self._role = self._make_role(granted)
        self.function = self._make_function(granted, code, layers)
        self._alias = self._publish()
        self._send_failures_away()
        self._alarm()
        for metric in spec.alarms:
            self._tell_of(metric)
        self._acknowledge()

    @property
    def target_arn(self) -> str:
        """What triggers and routes point to: the alias of a published version, or the function."""
        return self._alias.function_arn if self._alias else self.function.function_arn

    @property
    def invocable_name(self) -> str:
        """What to pass to Lambda's Invoke: the name, with the alias where there is one."""
        return f"{self.name}:{ALIAS}" if self._deployment.snapshots else self.name

    def _own_arn(self) -> str:
        """Spell the ARN out: the role cannot refer to a function that refers to the role."""
        return f"arn:{Aws.PARTITION}:lambda:{Aws.REGION}:{Aws.ACCOUNT_ID}:function:{self.invocable_name}"

    def _make_failure_queue(self) -> TerminalQueue | None:
        if not self.spec.needs_failure_destination:
            return None
        return TerminalQueue(self, "FailedRuns", deployment=self._deployment, topic=self._platform.data.alarms)

    def _make_log(self) -> logs.LogGroup:
        return logs.LogGroup(
            self,
            "Log",
            log_group_name=f"/aws/lambda/{self.name}",
            retention=self._deployment.log_retention,
            removal_policy=self._deployment.log_removal,
        )

    def _all_granted(self, queues: Mapping[str, sqs.IQueue]) -> list[Granted]:
        granted = [Granted((allow(("logs:CreateLogStream", "logs:PutLogEvents"), self._log.log_group_arn),))]
        granted += [resolve(grant, self._platform, queues, self._own_arn()) for grant in self.spec.grants]
        granted.append(reading_of(self.spec, self._platform.data, queues))
        if self._deployment.traced:
            granted.append(tracing())
        if self.failed:
            granted.append(Granted((allow(("sqs:SendMessage",), self.failed.queue.queue_arn),)))
        return granted

    def _make_role(self, granted: list[Granted]) -> iam.Role:
        statements = [statement for one in granted for statement in one.statements]
        role = iam.Role(
            self,
            "Role",
            assumed_by=iam.ServicePrincipal("lambda.amazonaws.com"),
            inline_policies={"grants": iam.PolicyDocument(statements=statements)},
        )
        for one in granted:
            for finding, reason in one.acknowledged.items():
                acknowledge(role, finding, reason)
        return role

    def _make_function(
        self, granted: list[Granted], code: lambda_.Code, layers: Sequence[lambda_.ILayerVersion]
    ) -> lambda_.Function:
        snapshot = self._deployment.snapshots and self.spec.somebody_waits
        return lambda_.Function(
            self,
            "Function",
            function_name=self.name,
            description=f"{self.spec.handler} of {self._deployment.name}",
            runtime=lambda_.Runtime.PYTHON_3_13,
            architecture=self._deployment.architecture,
            handler=self.spec.handler,
            code=code,
            layers=list(layers),
            # CDK would add grants of its own to the role; this one says all there is.
            role=self._role.without_policy_updates(),
            log_group=self._log,
            memory_size=self.size.memory_mb,
            timeout=Duration.seconds(self.size.timeout_s),
            tracing=lambda_.Tracing.ACTIVE if self._deployment.traced else lambda_.Tracing.DISABLED,
            snap_start=lambda_.SnapStartConf.ON_PUBLISHED_VERSIONS if snapshot else None,
            recursive_loop=lambda_.RecursiveLoop.ALLOW if self.spec.continues_itself else None,
            environment=self._environment(granted),
        )

    def _environment(self, granted: list[Granted]) -> dict[str, str]:
        mall = self._deployment.mall.mall
        environment = {
            "MALL": mall.code,
            "STAGE": self._deployment.stage.value,
            "TIME_ZONE": mall.time_zone,
            "LOG_LEVEL": "INFO",
            "POWERTOOLS_SERVICE_NAME": self.spec.capability,
            "POWERTOOLS_METRICS_NAMESPACE": self._deployment.name,
            "GROUPS_CLAIM": self._platform.issuer.groups_claim,
            "FUTURE_SWEEPS": "true" if self._deployment.future_sweeps else "false",
        }
        if self._deployment.local:
            environment["MOST_SECONDS_REMEMBERED"] = str(A_MOMENT)
        if self.spec.capability in PROFILING:
            environment |= self._profiling()
        if self.spec.capability == REPORTING:
            environment |= self._expected()
        if self.spec.capability == NOTICES:
            environment |= self._noticed()
        for one in granted:
            environment |= one.environment
        return environment

    def _profiling(self) -> dict[str, str]:
        insight = self._deployment.mall.insight
        days = insight.new_days, insight.active_days, insight.dormant_days
        return {"INSIGHT_PROFILING": insight.profiling, "INSIGHT_STAGE_DAYS": ",".join(map(str, days))}

    def _expected(self) -> dict[str, str]:
        insight = self._deployment.mall.insight
        expected = {"new_members": insight.new_members_a_month, "margins": insight.gross_margin_per_mille}
        alerts = insight.alert_fall_per_mille, insight.alert_weeks, insight.alert_least_receipts
        return {
            "INSIGHT_EXPECTED": json.dumps(expected, ensure_ascii=False),
            "INSIGHT_ALERTS": ",".join(map(str, alerts)),
        }

    def _noticed(self) -> dict[str, str]:
        mall, notices, channels = (getattr(self._deployment.mall, part) for part in ("mall", "notices", "channels"))
        told = {
            "names": {"zh": mall.name_zh, "en": mall.name_en},
            "channels": list(channels.providers()),
            "webhook_url": channels.webhook_url,
            "quiet_from": f"{notices.quiet_from:%H:%M}",
            "quiet_until": f"{notices.quiet_until:%H:%M}",
            "marketing_a_week": notices.marketing_a_week,
            "member_url": notices.member_url,
            "prices": {**FREE, "sms": notices.sms_fen_per_1000, "email": notices.email_fen_per_1000},
            "email_from": channels.email_from,
            "email_events": self._platform.data.messages.events,
        }
        return {"NOTICES": json.dumps(told, ensure_ascii=False)}

    def _publish(self) -> lambda_.Alias | None:
        if not self._deployment.snapshots:
            return None
        return lambda_.Alias(self, "Alias", alias_name=ALIAS, version=self.function.current_version)

    def _send_failures_away(self) -> None:
        if self.failed is None or not self.spec.invoked_asynchronously:
            return
        destination = lambda_.CfnEventInvokeConfig.OnFailureProperty(destination=self.failed.queue.queue_arn)
        config = lambda_.CfnEventInvokeConfig(
            self,
            "Asynchronous",
            function_name=self.function.function_name,
            qualifier=ALIAS if self._alias else "$LATEST",
            maximum_retry_attempts=RETRIES_OF_ASYNCHRONOUS_RUNS,
            destination_config=lambda_.CfnEventInvokeConfig.DestinationConfigProperty(on_failure=destination),
        )
        if self._alias:
            config.node.add_dependency(self._alias)

    def _alarm(self) -> None:
        errors = self.function.metric_errors(period=Duration.minutes(5), statistic="sum")
        errors.create_alarm(
            self,
            "Errors",
            threshold=0,
            evaluation_periods=1,
            comparison_operator=cloudwatch.ComparisonOperator.GREATER_THAN_THRESHOLD,
            treat_missing_data=cloudwatch.TreatMissingData.NOT_BREACHING,
            alarm_description=f"{self.name} failed; its log says why.",
        ).add_alarm_action(actions.SnsAction(self._platform.data.alarms))

    def _tell_of(self, name: str) -> None:
        """Raise an alarm as soon as a metric that the function itself writes (EMF) counts one."""
        counted = cloudwatch.Metric(
            namespace=self._deployment.name,
            metric_name=name,
            dimensions_map={"service": self.spec.capability},
            period=Duration.minutes(1),
            statistic="sum",
        )
        counted.create_alarm(
            self,
            name,
            threshold=0,
            evaluation_periods=1,
            comparison_operator=cloudwatch.ComparisonOperator.GREATER_THAN_THRESHOLD,
            treat_missing_data=cloudwatch.TreatMissingData.NOT_BREACHING,
            alarm_description=f"{self.name} counted {name}; see docs/operations.md.",
        ).add_alarm_action(actions.SnsAction(self._platform.data.alarms))

    def _acknowledge(self) -> None:
        for rule in ("AwsSolutions-L1", "Serverless-LambdaLatestVersion"):
            acknowledge(self.function, rule, "The product is locked and tested on Python 3.13, maintained "
                        "until 2029.")  # fmt: skip
        if not self._deployment.traced:
            acknowledge(self.function, "Serverless-LambdaTracing", "Traces are off in the China partition.")
        acknowledge(self.function, "Serverless-LambdaDLQ", self._where_failures_go())

    def _where_failures_go(self) -> str:
        if self.spec.needs_failure_destination:
            return "Failed runs go to the on-failure destination, which also keeps the error."
        if self.spec.trigger and self.spec.trigger is not Special.AUTHORIZER:
            return "It consumes a queue, and the queue has dead letters."
        return "It is called synchronously; the caller gets the failure."
