"""The app says what it needs to be told."""

import pytest
from aws_cdk import App

from infra.app import deployment_of
from infra.mall_errors import MallFileError


def test_the_command_line_names_mall_and_stage() -> None:
    deployment = deployment_of(App(context={"mall": "harbour", "stage": "test"}))
    assert deployment.name == "harbour-test"


@pytest.mark.parametrize("context", [{}, {"mall": "aurora"}, {"stage": "prod"}, {"mall": "aurora", "stage": "qa"}])
def test_what_is_missing_is_asked_for(context: dict[str, str]) -> None:
    with pytest.raises(MallFileError, match="-c mall=<file in malls/> -c stage=<local, test, prod>"):
        deployment_of(App(context=context))


def test_an_unknown_mall_is_refused() -> None:
    with pytest.raises(MallFileError, match=r"atlantis\.toml: there is no such mall file; malls: aurora, harbour"):
        deployment_of(App(context={"mall": "atlantis", "stage": "prod"}))
