"""Synthesizes a mall and stage without bundling, and finds things in the templates."""

import json
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import Any

from aws_cdk import App

from infra.app import build
from infra.context import Deployment, StageName
from infra.mall_file import load
from infra.packaging import ROOT

Resource = dict[str, Any]
UNBUNDLED = {"aws:cdk:bundling-stacks": [], "aws:cdk:enable-path-metadata": True}
CONTEXT = json.loads((ROOT / "cdk.json").read_text())["context"]


@dataclass(frozen=True)
class Found:
    """A resource and where it stands."""

    stack: str
    logical_id: str
    properties: Resource
    whole: Resource

    @property
    def path(self) -> str:
        """The construct path, such as `aurora-prod/Earn/earn-api/Role/Resource`."""
        return str(self.whole["Metadata"]["aws:cdk:path"])

    @property
    def id(self) -> str:
        """What a reference to it reads: `Earn.ApplyQueue0E5E6E1D`."""
        return f"{self.stack}.{self.logical_id}"

    @property
    def function(self) -> str:
        """The declared function that the resource belongs to."""
        return self.path.split("/")[2]


@dataclass(frozen=True)
class Assembly:
    """Every template of a mall and stage.

    Attributes:
        deployment: what was synthesized.
        files: template file by stack name.
    """

    deployment: Deployment
    files: dict[str, Path]

    @cached_property
    def templates(self) -> dict[str, dict[str, Any]]:
        """The templates by stack: `Data`, `Earn`."""
        return {stack: json.loads(file.read_text()) for stack, file in self.files.items()}

    def all(self, kind: str) -> list[Found]:
        """Return every resource of a type, such as `AWS::SQS::Queue`."""
        return [found for found in self._resources() if found.whole["Type"] == kind]

    def _resources(self) -> Iterator[Found]:
        for stack, template in self.templates.items():
            for logical_id, resource in template["Resources"].items():
                yield Found(stack, logical_id, resource.get("Properties", {}), resource)

    def text(self, found: Found, value: Any) -> str:
        """Write what a resource says, with references as `<Stack.LogicalId.Attribute>`."""
        return self._text(found.stack, value)

    def _text(self, stack: str, value: Any) -> str:
        match value:
            case {"Ref": str(name)}:
                return f"<{stack}.{name}>"
            case {"Fn::GetAtt": [str(name), str(attribute)]}:
                return f"<{stack}.{name}.{attribute}>"
            case {"Fn::ImportValue": str(name)}:
                return self._text(*self._exports[name])
            case {"Fn::Join": [str(glue), list(parts)]}:
                return glue.join(self._text(stack, part) for part in parts)
            case _:
                return str(value)

    @cached_property
    def _exports(self) -> dict[str, tuple[str, Any]]:
        return {
            output["Export"]["Name"]: (stack, output["Value"])
            for stack, template in self.templates.items()
            for output in template.get("Outputs", {}).values()
            if "Export" in output
        }

    def statements(self, role: Found) -> list[Resource]:
        """Return everything the role's inline policies say."""
        policies = role.properties.get("Policies", [])
        return [statement for policy in policies for statement in policy["PolicyDocument"]["Statement"]]


def listed(value: Any) -> list[Any]:
    """Return what IAM lets a template write as one or as a list."""
    return value if isinstance(value, list) else [value]


def synthesize(mall: str, stage: str, folder: Path) -> Assembly:
    """Synthesize with the security rules on; bundling is skipped, so assets hold the bare folders."""
    app = App(context={**CONTEXT, **UNBUNDLED}, outdir=str(folder), analytics_reporting=False)
    deployment = Deployment(mall=load(mall), stage=StageName(stage))
    build(app, deployment)
    app.synth()
    nested = folder / f"assembly-{deployment.name}"
    manifest = json.loads((nested / "manifest.json").read_text())
    stacks = [one for one in manifest["artifacts"].values() if one["type"] == "aws:cloudformation:stack"]
    files = {one["displayName"].split("/")[1].split(" ")[0]: one["properties"]["templateFile"] for one in stacks}
    return Assembly(deployment, {stack: nested / file for stack, file in files.items()})
