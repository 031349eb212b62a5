"""Keys of tills: issued once, rotated, deleted; what a crash or a rival leaves behind."""

from typing import Any

import pytest
from botocore.exceptions import ClientError

from loyalty import dynamo
from tests.functions.tenants.conftest import UserPool, hooked
from tests.functions.tenants.register import ask, issued, registered
from tests.support import HttpAnswer

DENIED = (400, {"Error": {"Code": "NotAuthorizedException", "Message": "injected"}})


def test_a_key_made_by_the_pool_may_only_fetch_till_tokens(user_pool: UserPool) -> None:
    registered()

    answer = issued()

    assert answer.status == 201
    assert answer.body["client_id"] == "client1"
    assert answer.body["client_secret"] == "secret1"
    assert answer.headers["location"] == "/tenants/noodle-bar/keys/client1"
    made = user_pool.clients["client1"]
    assert made["AllowedOAuthFlows"] == ["client_credentials"]
    assert made["AllowedOAuthScopes"] == ["mall/till"]
    assert made["GenerateSecret"] is True


def test_a_repeated_request_gets_the_same_key_and_makes_no_other(user_pool: UserPool) -> None:
    registered()
    first = issued()

    again = issued()

    assert again.body == first.body
    assert again.headers["idempotent-replayed"] == "true"
    assert list(user_pool.clients) == ["client1"]


def test_a_secret_is_kept_nowhere_but_at_the_issuer(user_pool: UserPool, cloud: Any, caplog: Any) -> None:
    registered()
    issued()

    rows = str(cloud.scan(TableName="tenants")["Items"])

    assert "client1" in rows
    assert "secret1" not in rows + caplog.text + str(ask("GET /tenants/noodle-bar").body)


def test_a_key_needs_an_idempotency_key(user_pool: UserPool) -> None:
    registered()

    answer = ask("POST /tenants/noodle-bar/keys")

    assert (answer.status, answer.code) == (400, "idempotency_key_required")
    assert not user_pool.clients


def test_rotation_is_a_second_key_and_the_end_of_the_first(user_pool: UserPool) -> None:
    registered()
    issued("first")
    issued("second")

    third = issued("third")
    deleted = ask("DELETE /tenants/noodle-bar/keys/client1")
    left = ask("GET /tenants/noodle-bar").body["keys"]

    assert (third.status, third.code) == (409, "too_many_keys")
    assert deleted.status == 204
    assert [key["client_id"] for key in left] == ["client2"]
    assert list(user_pool.clients) == ["client2"]
    assert issued("third").status == 201


def test_a_deleted_key_is_not_made_again_by_an_old_request(user_pool: UserPool) -> None:
    registered()
    issued("first")
    ask("DELETE /tenants/noodle-bar/keys/client1")

    answer = issued("first")

    assert (answer.status, answer.code) == (410, "key_deleted")
    assert not user_pool.clients


def test_a_closed_tenant_gets_no_key_and_a_repeated_request_still_its_answer(user_pool: UserPool) -> None:
    registered()
    first = issued("first")
    ask("PATCH /tenants/noodle-bar", {"status": "closed"})

    assert (issued("second").status, issued("second").code) == (409, "tenant_closed")
    assert issued("first").body == first.body
    assert list(user_pool.clients) == ["client1"]


def test_a_crash_between_pool_and_register_leaves_a_client_nobody_knows(user_pool: UserPool) -> None:
    registered()
    down = _fails("transact_write_items", "ProvisionedThroughputExceededException")
    with hooked("dynamodb", "before-call.dynamodb.TransactWriteItems", down):
        answer = issued()

    assert (answer.status, answer.code) == (503, "busy")
    assert list(user_pool.clients) == ["client1"]
    assert dynamo.get("tenants", {"tenant_id": "client/client1", "kind": "lookup"}) is None
    assert issued().body["client_id"] == "client2"


def test_a_rival_request_with_the_same_key_leaves_one_client(user_pool: UserPool) -> None:
    """The rival commits while this request stands between the pool and the register."""
    registered()
    rivals: list[HttpAnswer] = []

    def rival(**_: Any) -> None:
        if not rivals:
            rivals.append(HttpAnswer(0, {}, None))
            rivals[0] = issued()

    with hooked("dynamodb", "before-call.dynamodb.TransactWriteItems", rival):
        answer = issued()

    assert answer.body == rivals[0].body
    assert list(user_pool.clients) == [answer.body["client_id"]]
    assert len(ask("GET /tenants/noodle-bar").body["keys"]) == 1


def test_a_delete_that_was_interrupted_is_finished_by_the_next(
    user_pool: UserPool, monkeypatch: pytest.MonkeyPatch
) -> None:
    registered()
    issued()
    with monkeypatch.context() as patch:
        patch.setattr(user_pool, "DeleteUserPoolClient", lambda _: DENIED)
        assert ask("DELETE /tenants/noodle-bar/keys/client1").status == 500

    assert dynamo.get("tenants", {"tenant_id": "client/client1", "kind": "lookup"}) is None
    assert ask("DELETE /tenants/noodle-bar/keys/client1").status == 204
    assert not user_pool.clients
    assert ask("GET /tenants/noodle-bar").body["keys"] == []


def test_a_client_that_is_gone_from_the_pool_does_not_keep_its_key(user_pool: UserPool) -> None:
    registered()
    issued()
    user_pool.clients.clear()

    assert ask("DELETE /tenants/noodle-bar/keys/client1").status == 204
    assert ask("GET /tenants/noodle-bar").body["keys"] == []


def test_with_an_issuer_of_its_own_the_mall_registers_the_client_it_is_given(cloud: Any) -> None:
    registered()
    registered(tenant_id="tea-house")

    answer = issued("first", {"client_id": "till-77"})
    again = issued("first", {"client_id": "till-77"})
    other = issued("first", {"client_id": "till-78"})
    taken = ask("POST /tenants/tea-house/keys", {"client_id": "till-77"}, "k")
    missing = issued("second")

    assert (answer.status, answer.body["client_id"], answer.body["client_secret"]) == (201, "till-77", None)
    assert again.body == answer.body
    assert (other.status, other.code) == (422, "idempotency_key_reused")
    assert (taken.status, taken.code) == (409, "client_taken")
    assert (missing.status, missing.code) == (400, "client_id_required")


def test_where_the_pool_makes_clients_none_may_be_sent(user_pool: UserPool) -> None:
    registered()

    answer = issued("first", {"client_id": "mine"})

    assert (answer.status, answer.code) == (400, "client_id_not_accepted")


def _fails(operation: str, code: str) -> Any:
    def fail(**_: Any) -> None:
        raise ClientError({"Error": {"Code": code, "Message": "injected"}}, operation)

    return fail
