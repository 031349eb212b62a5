"""One stack per capability: its queues, its functions, its routes."""

from aws_cdk import CfnOutput, Stack
from aws_cdk import aws_lambda as lambda_
from constructs import Construct

from infra.api import Api
from infra.function import Function
from infra.grants import Platform
from infra.packaging import code_of, code_of_layer
from infra.queues import TerminalQueue, WorkQueue
from infra.sizing import SIZES
from infra.specs import CapabilitySpec, FunctionSpec, Layer, QueueSpec, Special
from infra.triggers import connect


class CapabilityStack(Stack):
    """One folder under `functions/`, deployed.

    Args:
        spec: what the capability declares.
        platform: the stacks it stands on.
        api: where its routes go.
    """

    def __init__(self, scope: Construct, spec: CapabilitySpec, *, platform: Platform, api: Api) -> None:
        super().__init__(scope, spec.name.capitalize(), **platform.deployment.stack(f"capability {spec.name}"))
        self._platform = platform
        self._api = api
        self._queues = {queue.name: self._make_queue(queue, spec).queue for queue in spec.all_queues}
        self._code = code_of(spec.name)
        self._layer = self._make_layer(None)
        wanted = sorted({group for function in spec.functions for group in function.layers})
        self._further = {group: self._make_layer(group) for group in wanted}
        for function in spec.functions:
            self._make_function(function)

    def _make_layer(self, group: Layer | None) -> lambda_.LayerVersion:
        """Publish the packages here too: a version shared between stacks could never be replaced."""
        deployment = self._platform.deployment
        return lambda_.LayerVersion(
            self,
            f"{group.capitalize() if group else ''}Packages",
            description=f"Third-party packages{f' of group {group}' if group else ''}, as locked in uv.lock",
            code=code_of_layer(local=deployment.local, group=group),
            compatible_runtimes=[lambda_.Runtime.PYTHON_3_13],
            compatible_architectures=[deployment.architecture],
        )

    def _make_queue(self, queue: QueueSpec, spec: CapabilitySpec) -> WorkQueue | TerminalQueue:
        name = queue.name.capitalize()
        deployment, topic = self._platform.deployment, self._platform.data.alarms
        if queue.parked:
            return TerminalQueue(self, name, deployment=deployment, topic=topic)
        timeout_s = max(SIZES[one.name].timeout_s for one in spec.functions if one.queue == queue.name)
        return WorkQueue(self, name, deployment=deployment, consumer_timeout_s=timeout_s, topic=topic)

    def _make_function(self, spec: FunctionSpec) -> None:
        layers = (self._layer, *(self._further[group] for group in spec.layers))
        function = Function(self, spec, platform=self._platform, code=self._code, layers=layers, queues=self._queues)
        connect(function, self._platform, self._queues)
        if spec.trigger is Special.AUTHORIZER:
            self._api.ask(function)
        if spec.routes:
            self._api.serve(function, spec.routes)
        if spec.may_be_started_by_hand:
            self._tell_tools(function)

    def _tell_tools(self, function: Function) -> None:
        """Name the function in the outputs, such as `ExpiryDailyFunction`, for those who invoke it."""
        words = "".join(word.capitalize() for word in function.spec.name.split("-"))
        CfnOutput(self, f"{words}Function", value=function.invocable_name)
