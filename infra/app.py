"""The CDK app: `cdk synth -c mall=aurora -c stage=local`."""

import sys

from aws_cdk import App, Validations
from cdk_nag import AwsSolutionsChecks, ServerlessChecks

from infra.context import Deployment, StageName
from infra.mall_errors import MallFileError
from infra.mall_file import load
from infra.stage import MallStage


def deployment_of(app: App) -> Deployment:
    """Read which mall and stage the command line asks for.

    Raises:
        MallFileError: a context value is missing or not allowed, or the mall's file is wrong.
    """
    mall = app.node.try_get_context("mall")
    stage = app.node.try_get_context("stage")
    stages = ", ".join(StageName)
    if not mall or stage not in set(StageName):
        raise MallFileError(f"say which mall and stage: -c mall=<file in malls/> -c stage=<{stages}>")
    return Deployment(mall=load(mall), stage=StageName(stage))


def build(app: App, deployment: Deployment) -> MallStage:
    """Put one mall and stage into the app, to be checked against the security rules at synth."""
    stage = MallStage(app, deployment=deployment)
    Validations.of(app).add_plugins(AwsSolutionsChecks(app), ServerlessChecks(app))
    return stage


def main() -> None:
    """Synthesize what the command line asks for."""
    app = App()
    try:
        deployment = deployment_of(app)
    except MallFileError as error:
        sys.exit(str(error))
    build(app, deployment)
    app.synth()


if __name__ == "__main__":
    main()
