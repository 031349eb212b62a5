"""What proves to providers that it is us: a secret for each that the mall has, and nobody reads another's."""

from collections.abc import Callable
from pathlib import Path
from types import SimpleNamespace
from typing import Any, cast

import pytest
from aws_cdk import App, Stack
from aws_cdk.assertions import Template

from infra.context import Deployment, StageName
from infra.grants import Platform, resolve
from infra.mall_file import MALLS, load
from infra.messages import Messages
from infra.specs import Grant

EVERYTHING = """
sms = "tencent"
mini_program = "wechat"
official_account = "wechat"
webhook = "https"
webhook_url = "https://push.aurora-plaza.example/hooks"
"""
TENCENT = """
[channels.tencent]
app_id = "1400006666"
signature = "极光广场"
code_text = "2001"
family_text = "2002"

[schedules]"""
Made = tuple[Platform, Template]


@pytest.fixture
def made(tmp_path: Path) -> Callable[[str, str], Made]:
    """A function that returns what a mall with these channels has, and its template."""

    def make(channels: str, more: str = "[schedules]") -> Made:
        text = (MALLS / "aurora.toml").read_text().replace('sms = "sns"\n', channels).replace("[schedules]", more)
        (tmp_path / "aurora.toml").write_text(text)
        deployment = Deployment(load("aurora", tmp_path), StageName.PROD)
        stack = Stack(App(), "Data")
        messages = Messages(stack, "Messages", deployment=deployment, account="123456789012")
        platform = SimpleNamespace(deployment=deployment, data=SimpleNamespace(messages=messages))
        return cast("Platform", platform), Template.from_stack(stack)

    return make


def granted(platform: Platform, grant: Grant) -> set[str]:
    """Return the variables a grant brings; each secret is granted that a variable tells."""
    given = resolve(grant, platform, {}, "arn")
    told = {name: text for name, text in given.environment.items() if name.endswith("_SECRET")}
    resources: set[Any] = {one for statement in given.statements for one in statement.resources}
    actions = {one for statement in given.statements for one in statement.actions}
    assert (resources, actions) == (set(told.values()), {"secretsmanager:GetSecretValue"} if told else set())
    return set(given.environment)


def test_a_mall_with_every_channel_has_a_secret_for_each_that_is_empty_until_written_by_hand(
    made: Callable[..., Made],
) -> None:
    _platform, template = made(EVERYTHING, TENCENT)
    secrets = template.find_resources("AWS::SecretsManager::Secret").values()
    assert len(secrets) == 5
    assert all("SecretString" not in one["Properties"] for one in secrets)
    assert {one["Properties"]["GenerateSecretString"]["SecretStringTemplate"] for one in secrets} == {"{}"}
    assert {one["DeletionPolicy"] for one in secrets} == {"RetainExceptOnCreate"}


def test_whoever_sends_reads_its_own_providers_secret_alone(made: Callable[..., Made]) -> None:
    platform, _template = made(EVERYTHING, TENCENT)
    assert granted(platform, Grant.SMS) == {"TENCENT_SECRET", "TENCENT_SMS"}
    assert granted(platform, Grant.WECHAT) == {"MINI_PROGRAM_SECRET", "OFFICIAL_ACCOUNT_SECRET", "WECHAT_URL"}
    assert granted(platform, Grant.PUSH) == {"WEBHOOK_SECRET"}
    assert granted(platform, Grant.CALLBACKS) == {"CALLBACKS_SECRET"}


def test_a_mall_has_secrets_of_the_providers_it_names_and_no_others(made: Callable[..., Made]) -> None:
    platform, template = made('sms = "sns"\nofficial_account = "wechat"\n')
    template.resource_count_is("AWS::SecretsManager::Secret", 2)
    assert granted(platform, Grant.WECHAT) == {"OFFICIAL_ACCOUNT_SECRET", "WECHAT_URL"}
    assert granted(platform, Grant.CALLBACKS) == {"CALLBACKS_SECRET"}
    assert granted(platform, Grant.PUSH) == set()


@pytest.mark.parametrize("grant", [Grant.WECHAT, Grant.PUSH, Grant.CALLBACKS])
def test_nothing_is_open_that_a_mall_does_not_name(made: Callable[..., Made], grant: Grant) -> None:
    platform, template = made('sms = "sns"\n')
    template.resource_count_is("AWS::SecretsManager::Secret", 0)
    assert granted(platform, grant) == set()
