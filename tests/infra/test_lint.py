"""The templates are accepted by CloudFormation's own linter; the security rules ran when they were made.

One mall a partition: the laptop's template is the cloud's less a few resources (ADR 0106), and the linter takes long.
"""

from collections.abc import Callable

import pytest
from cfnlint.config import ConfigMixIn, ManualArgs
from cfnlint.runner import Runner

from infra.packaging import ROOT
from tests.infra.assembly import Assembly


@pytest.mark.parametrize(("mall", "stage"), [("aurora", "prod"), ("jade", "prod")])
def test_cfn_lint_finds_nothing(mall: str, stage: str, assembly_of: Callable[[str, str], Assembly]) -> None:
    templates = [str(file) for file in assembly_of(mall, stage).files.values()]
    arguments = ManualArgs(templates=templates, config_file=ROOT / "infra" / "cfnlint.yaml")
    found = list(Runner(ConfigMixIn(**arguments)).run())
    assert [f"{match.rule.id} {match.message}" for match in found] == []
