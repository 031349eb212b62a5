"""Security findings that are accepted, each on the one resource it concerns and with its reason."""

import re

from aws_cdk import Acknowledgment, CfnResource, Validations
from constructs import IConstruct

from infra.context import Deployment

LINTERS_RULE = re.compile(r"[EW]\d{4}")
"""How cfn-lint names its rules."""


def acknowledge(construct: IConstruct, rule: str, reason: str) -> None:
    """Accept one finding on one resource.

    Args:
        construct: the resource.
        rule: the finding's id, with its detail where the rule has one: `AwsSolutions-IAM5[Resource::*]`.
        reason: why the finding is right for others and not here.
    """
    if LINTERS_RULE.fullmatch(rule):
        _tell_the_linter(construct, rule)
    else:
        Validations.of(construct).acknowledge(Acknowledgment(id=rule, reason=reason))


def _tell_the_linter(construct: IConstruct, rule: str) -> None:
    resource = construct.node.default_child
    if not isinstance(resource, CfnResource):
        raise TypeError(f"{construct.node.path} makes no single resource to which {rule} could be acknowledged")
    resource.add_metadata("cfn-lint", {"config": {"ignore_checks": [rule]}})


def accept_plain_http(construct: IConstruct, rule: str, deployment: Deployment) -> None:
    """Accept on a laptop, and nowhere else, that a resource can be reached without TLS."""
    if not deployment.tls_only:
        acknowledge(construct, rule, "The local cloud speaks plain HTTP, on the loopback address only.")
