"""The commands around the local cloud: what they write, and what they say to a mistake."""

import stat
from pathlib import Path

import pytest

from local.release import mistake
from local.republish import period
from local.stack import NoStackError, Stack, StaffUser, TillKey
from local.token import UnknownCallerError, token_for

STACK = Stack(
    mall="aurora",
    stage="local",
    api_url="http://127.0.0.1:23456/_aws/execute-api/abc/$default",
    endpoint_url="http://127.0.0.1:23456",
    region="ap-southeast-1",
    token_url="http://127.0.0.1:23456/oauth2/token",
    user_pool_id="pool",
    app_client_id="client",
    tills={"muzuo-home": TillKey("id", "secret")},
    staff={"marketer": StaffUser("marketer", "password")},
    resources={"ledger_table_name": "ledger"},
)


def test_the_stack_file_is_read_as_it_was_written_and_only_by_its_owner(tmp_path: Path) -> None:
    path = tmp_path / "stack.json"
    STACK.save(path)
    assert Stack.load(path) == STACK
    assert stat.S_IMODE(path.stat().st_mode) == 0o600


def test_a_missing_stack_file_says_what_to_do(tmp_path: Path) -> None:
    with pytest.raises(NoStackError, match="run `make up` first"):
        Stack.load(tmp_path / "stack.json")


def test_a_function_is_invoked_through_its_alias() -> None:
    assert STACK.function("expiry-daily") == "aurora-local-expiry-daily:live"


@pytest.mark.parametrize("who", ["", "nobody", "till:unknown", "member:"])
def test_an_unknown_caller_is_told_who_there_is(who: str) -> None:
    with pytest.raises(UnknownCallerError, match="marketer, till:muzuo-home, or member:<phone>"):
        token_for(who, STACK)


def test_a_period_is_two_instants_with_offset_in_order() -> None:
    assert period("2026-11-01T00:00:00+08:00", "2026-11-02T00:00:00+08:00") == {
        "from": "2026-11-01T00:00:00+08:00",
        "to": "2026-11-02T00:00:00+08:00",
    }


@pytest.mark.parametrize(
    ("start", "end", "said"),
    [
        ("", "", "must be instants such as"),
        ("2026-11-01T00:00:00", "2026-11-02T00:00:00", "must carry an offset"),
        ("2026-11-02T00:00:00Z", "2026-11-01T00:00:00Z", "must be before"),
    ],
)
def test_a_wrong_period_is_one_sentence(start: str, end: str, said: str) -> None:
    with pytest.raises(ValueError, match=said):
        period(start, end)


@pytest.mark.parametrize(
    ("mall", "stage", "said"),
    [
        ("", "test", "MALL must be one of the files in malls/: aurora,"),
        ("nowhere", "test", "MALL must be one of"),
        ("aurora", "", "STAGE must be given"),
        ("aurora", "local", "use `make up`"),
    ],
)
def test_a_wrong_target_of_a_deployment_is_one_sentence(mall: str, stage: str, said: str) -> None:
    assert said in str(mistake(mall, stage))


def test_a_mall_and_a_stage_are_a_target() -> None:
    assert mistake("aurora", "test") is None
