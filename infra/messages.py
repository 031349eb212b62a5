"""What messages to members need of the account: the sender of e-mail, and where providers tell what became of them.

    SES (deliveries, bounces, complaints) ──┐
    two-way text messages (replies)       ──┴──> topic ──> queue of `notices-on-receipt`

The topic stands in the data stack, since a number for two-way text messages is bound to it by hand and must outlive
every deployment of the application.
"""

from aws_cdk import CfnOutput
from aws_cdk import aws_iam as iam
from aws_cdk import aws_ses as ses
from aws_cdk import aws_sns as sns
from constructs import Construct

from infra.acknowledgements import accept_plain_http, acknowledge
from infra.context import Deployment

TOLD_BY = ("ses.amazonaws.com", "sms-voice.amazonaws.com")
TOLD_OF = ("DELIVERY", "BOUNCE", "COMPLAINT")


class Messages(Construct):
    """The topic that providers tell, and the mall's sender of e-mail where it has one.

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
