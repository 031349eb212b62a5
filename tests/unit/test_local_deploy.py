"""What makes a deployment necessary, and what of the last one stays."""

import re
from pathlib import Path

import pytest

from local import deploy
from local.check import CHECKS
from local.cloud import LocalCloud
from local.stack import Stack, TillKey

OUTPUTS = {"user_pool_id": "pool-1", "app_client_id": "app", "api_id": "abc", "api_url": "https://x", "bus_name": "b"}


@pytest.fixture
def checkout(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setattr(deploy, "ROOT", tmp_path)
    (tmp_path / "functions").mkdir()
    (tmp_path / "functions" / "api.py").write_text("one")
    (tmp_path / "uv.lock").write_text("lock")
    return tmp_path


@pytest.fixture
def cloud(tmp_path: Path) -> LocalCloud:
    (tmp_path / "cloud.json").write_text('{"pid": 0, "port": 23456}')
    return LocalCloud(tmp_path, region="ap-southeast-1")


def described(cloud: LocalCloud, before: Stack | None, pool: str = "pool-1") -> Stack:
    return deploy._describe(cloud, "aurora", "local", {**OUTPUTS, "user_pool_id": pool}, before)


def test_a_changed_file_needs_a_new_deployment(checkout: Path) -> None:
    before = deploy.inputs_digest("aurora local")
    (checkout / "functions" / "api.py").write_text("two")
    assert deploy.inputs_digest("aurora local") != before


def test_a_renamed_file_and_another_target_need_one_too(checkout: Path) -> None:
    before = deploy.inputs_digest("aurora local")
    assert deploy.inputs_digest("harbour local") != before
    (checkout / "functions" / "api.py").rename(checkout / "functions" / "desk.py")
    assert deploy.inputs_digest("aurora local") != before


def test_what_no_deployment_is_made_from_changes_nothing(checkout: Path) -> None:
    before = deploy.inputs_digest("aurora local")
    (checkout / "functions" / "README.md").write_text("words")
    (checkout / "functions" / "api.pyc").write_bytes(b"bytecode")
    (checkout / "tests").mkdir()
    (checkout / "tests" / "test_api.py").write_text("test")
    assert deploy.inputs_digest("aurora local") == before


def test_the_stack_is_reached_without_a_special_host_name(cloud: LocalCloud) -> None:
    stack = described(cloud, None)
    assert stack.api_url == "http://127.0.0.1:23456/_aws/execute-api/abc/$default"
    assert stack.token_url == "http://127.0.0.1:23456/oauth2/token"
    assert stack.resources["bus_name"] == "b"
    assert "api_url" not in stack.resources


def test_there_is_one_person_in_each_group(cloud: LocalCloud) -> None:
    staff = described(cloud, None).staff
    assert set(staff) == {"marketer", "approver", "operator", "auditor"}
    assert len({user.password for user in staff.values()}) == 4


def test_keys_and_passwords_stay_while_the_user_pool_stays(cloud: LocalCloud) -> None:
    before = described(cloud, None).with_till("muzuo-home", TillKey("id", "secret"))
    after = described(cloud, before)
    assert (after.tills, after.staff) == (before.tills, before.staff)


def test_a_new_user_pool_knows_no_key_and_no_password(cloud: LocalCloud) -> None:
    before = described(cloud, None).with_till("muzuo-home", TillKey("id", "secret"))
    after = described(cloud, before, pool="pool-2")
    assert after.tills == {}
    assert after.staff["marketer"].password != before.staff["marketer"].password


def test_a_password_meets_every_policy() -> None:
    password = deploy.new_password()
    assert len(password) >= 12
    assert all(re.search(needed, password) for needed in ("[a-z]", "[A-Z]", "[0-9]", "[^A-Za-z0-9]"))


def test_the_region_is_the_one_the_malls_file_names() -> None:
    assert deploy.region_of("aurora") == "ap-southeast-1"


def test_every_check_is_a_module_of_the_environment() -> None:
    assert {command[0] for command in CHECKS.values()} <= {"ruff", "mypy", "bandit", "pytest"}
