"""Client credentials of tills at the stage's own user pool; the only module of the product's routes that makes any.

Where the mall has an issuer of its own (`USER_POOL_ID` is not set), clients are made there and only registered here.
"""

import os
from dataclasses import dataclass
from typing import Any

from botocore.exceptions import ClientError

from loyalty.dynamo import service
from loyalty.settings import setting
from loyalty.types import TenantId

TOKEN_MINUTES = 60


@dataclass(frozen=True, slots=True)
class Credentials:
    """What a till signs in with; the secret is None where another issuer made the client."""

    client_id: str
    client_secret: str | None = None


def made_here() -> bool:
    """Tell whether this stage makes clients itself."""
    return bool(os.environ.get("USER_POOL_ID"))


def create(tenant_id: TenantId) -> Credentials:
    """Make a client that can do nothing but get tokens with the tills' scope."""
    answer = _pool("create_user_pool_client")(
        **_own_pool(),
        ClientName=f"till-{tenant_id}",
        GenerateSecret=True,
        AllowedOAuthFlowsUserPoolClient=True,
        AllowedOAuthFlows=["client_credentials"],
        AllowedOAuthScopes=[setting("TILL_SCOPE")],
        ExplicitAuthFlows=["ALLOW_REFRESH_TOKEN_AUTH"],
        AccessTokenValidity=TOKEN_MINUTES,
        TokenValidityUnits={"AccessToken": "minutes"},
    )
    return _credentials(answer)


def find(client_id: str) -> Credentials:
    """Return a client made earlier, for a request that is repeated."""
    return _credentials(_pool("describe_user_pool_client")(**_own_pool(), ClientId=client_id))


def delete(client_id: str) -> None:
    """Delete a client; one that is gone already is what was asked for."""
    try:
        _pool("delete_user_pool_client")(**_own_pool(), ClientId=client_id)
    except ClientError as error:
        if error.response["Error"]["Code"] != "ResourceNotFoundException":
            raise


def _pool(operation: str) -> Any:
    return getattr(service("cognito-idp"), operation)


def _own_pool() -> dict[str, str]:
    return {"UserPoolId": setting("USER_POOL_ID")}


def _credentials(answer: dict[str, Any]) -> Credentials:
    client = answer["UserPoolClient"]
    return Credentials(client["ClientId"], client["ClientSecret"])
