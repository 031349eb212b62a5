"""A mall in a stage: data, identity where the stage issues tokens, the API, and a stack per capability."""

from aws_cdk import Environment, Stage, Tags
from constructs import Construct

from infra.api import ApiStack
from infra.capabilities import CAPABILITIES
from infra.capability import CapabilityStack
from infra.context import Deployment
from infra.data import DataStack
from infra.grants import Platform
from infra.identity import IdentityStack, Issuer, external_issuer
from infra.lake import LakeStack
from infra.mall_file import CognitoIdentity


class MallStage(Stage):
    """Everything one mall runs in one stage; malls and stages share nothing."""

    def __init__(self, scope: Construct, *, deployment: Deployment) -> None:
        super().__init__(scope, deployment.name, env=Environment(region=deployment.mall.mall.region))
        data = DataStack(self, "Data", deployment=deployment)
        lake = LakeStack(self, "LakeStore", deployment=deployment, alarms=data.alarms)
        platform = Platform(deployment=deployment, data=data, issuer=self._issuer(deployment), lake=lake)
        api = ApiStack(self, "Api", platform=platform).api
        for spec in CAPABILITIES:
            CapabilityStack(self, spec, platform=platform, api=api)
        Tags.of(self).add("mall", deployment.mall.mall.code)
        Tags.of(self).add("stage", deployment.stage.value)

    def _issuer(self, deployment: Deployment) -> Issuer:
        identity = deployment.mall.identity
        if isinstance(identity, CognitoIdentity):
            return IdentityStack(self, "Identity", deployment=deployment, identity=identity).issuer
        return external_issuer(identity)
