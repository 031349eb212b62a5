"""What messages to members need of the account: the sender of e-mail, and where providers tell what became of them.

    SES (deliveries, bounces, complaints) ──┐
    two-way text messages (replies)       ──┴──> topic ──> queue of `notices-on-receipt`

The topic stands in the data stack, since a number for two-way text messages is bound to it by hand and must outlive
every deployment of the application.
"""

from enum import StrEnum

from aws_cdk import CfnOutput
from aws_cdk import aws_iam as iam
from aws_cdk import aws_secretsmanager as secretsmanager
from aws_cdk import aws_ses as ses
from aws_cdk import aws_sns as sns
from constructs import Construct

from infra.acknowledgements import accept_plain_http, acknowledge
from infra.context import Deployment

TOLD_BY = ("ses.amazonaws.com", "sms-voice.amazonaws.com")
TOLD_OF = ("DELIVERY", "BOUNCE", "COMPLAINT")


class Provider(StrEnum):
    """A secret that operators fill: of one provider, or of all that tell us something, so that it is granted alone."""

    MINI_PROGRAM = "MINI_PROGRAM"
    OFFICIAL_ACCOUNT = "OFFICIAL_ACCOUNT"
    TENCENT = "TENCENT"
    WEBHOOK = "WEBHOOK"
    CALLBACKS = "CALLBACKS"

    @property
    def told(self) -> str:
        """What it holds."""
        return _HOLDS[self]


_HOLDS = {
    Provider.MINI_PROGRAM: "app_id and secret of the mall's WeChat mini-program.",
    Provider.OFFICIAL_ACCOUNT: "app_id and secret of the mall's WeChat official account.",
    Provider.TENCENT: "secret_id and secret_key of a Tencent Cloud user that may send text messages.",
    Provider.WEBHOOK: "secret that signs what is handed to the mall's push service (Standard Webhooks).",
    Provider.CALLBACKS: "What WeChat and Tencent prove themselves by when they tell us something.",
}


def is_asked(name: Provider, deployment: Deployment) -> bool:
    """Tell whether the mall has that provider."""
    providers = deployment.mall.channels.providers()
    if name is Provider.CALLBACKS:
        return bool({"wechat", "tencent"} & set(providers.values()))
    return "tencent" in providers.values() if name is Provider.TENCENT else name.lower() in providers


class Messages(Construct):
    """The topic that providers tell, the mall's sender of e-mail, and the secrets of the providers it has.

    Args:
        deployment: the mall and stage.
        account: only from it does the topic take anything.
    """

    def __init__(self, scope: Construct, id_: str, *, deployment: Deployment, account: str) -> None:
        super().__init__(scope, id_)
        self.told = self._make_topic(deployment, account)
        self.events = f"{deployment.name}-email" if deployment.sends_email else None
        if self.events and deployment.email_domain:
            self._send_email(deployment.email_domain, self.events)
        self.secrets = {name: self._make_secret(name, deployment) for name in Provider if is_asked(name, deployment)}
        CfnOutput(self, "ProvidersTopicArn", value=self.told.topic_arn).override_logical_id("ProvidersTopicArn")

    def _make_topic(self, deployment: Deployment, account: str) -> sns.Topic:
        topic = sns.Topic(self, "Told", enforce_ssl=deployment.tls_only)
        accept_plain_http(topic, "AwsSolutions-SNS3", deployment)
        acknowledge(topic, "AwsSolutions-SNS2", "SES cannot publish to a topic under the AWS-managed key; what it "
                    "tells is deleted from the queue as soon as it is applied.")  # fmt: skip
        for service in TOLD_BY:
            topic.add_to_resource_policy(
                iam.PolicyStatement(
                    principals=[iam.ServicePrincipal(service)],
                    actions=["sns:Publish"],
                    resources=[topic.topic_arn],
                    conditions={"StringEquals": {"aws:SourceAccount": account}},
                )
            )
        return topic

    def _make_secret(self, name: Provider, deployment: Deployment) -> str:
        """Make a secret without anything in it yet: what providers gave the mall is written into it by hand."""
        made = secretsmanager.Secret(
            self,
            f"{name.title().replace('_', '')}Secret",
            description=f"{name.told} Written by hand (docs/notices.md).",
            # A value stated here would be written over the operators' own with every update of the resource; one that
            # is generated is made once. Nobody reads the key it is made under.
            generate_secret_string=secretsmanager.SecretStringGenerator(
                secret_string_template="{}",  # noqa: S106 - an empty object, no password
                generate_string_key="unused",
            ),
            removal_policy=deployment.data_removal,
        )
        acknowledge(made, "AwsSolutions-SMG4", "The provider gives it; only there it can be made anew.")
        # As with the pepper: the local cloud answers a Ref with the bare name; `Id` is the ARN everywhere.
        resource = made.node.default_child
        assert isinstance(resource, secretsmanager.CfnSecret)  # noqa: S101 - a fact about CDK, for the type checker
        return resource.attr_id

    def _send_email(self, domain: str, events: str) -> None:
        ses.CfnEmailIdentity(self, "Sender", email_identity=domain)
        made = ses.CfnConfigurationSet(self, "Events", name=events)
        told = ses.CfnConfigurationSetEventDestination(
            self,
            "Tell",
            configuration_set_name=events,
            event_destination=ses.CfnConfigurationSetEventDestination.EventDestinationProperty(
                name="told",
                enabled=True,
                matching_event_types=list(TOLD_OF),
                sns_destination=ses.CfnConfigurationSetEventDestination.SnsDestinationProperty(
                    topic_arn=self.told.topic_arn
                ),
            ),
        )
        told.node.add_dependency(made, self.told)
