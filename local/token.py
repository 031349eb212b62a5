"""`make token WHO=...`: prints a bearer access token of the local cloud.

WHO is a staff group (`marketer`), `till:<tenant>` or `member:<phone>`. A member's login is made when it is first
asked for; whether that person is a member of the mall, and of which phone, is for the API to say.
"""

import base64
import json
import sys
from contextlib import suppress
from typing import Any
from urllib.error import HTTPError
from urllib.parse import urlencode
from urllib.request import ProxyHandler, Request, build_opener

from botocore.exceptions import BotoCoreError

from local.clients import client
from local.deploy import new_password
from local.stack import NoStackError, Stack, TillKey

_direct = build_opener(ProxyHandler({}))


class UnknownCallerError(Exception):
    """WHO names nobody; the message says who there is."""


def token_for(who: str, stack: Stack) -> str:
    """A fresh access token.

    Args:
        who: a staff group, `till:<tenant>` or `member:<phone>`.
        stack: where to get it.

    Raises:
        UnknownCallerError: there is no such caller.
    """
    kind, _, name = who.partition(":")
    if kind == "member" and name:
        return _member_token(name, stack)
    if kind == "till" and name in stack.tills:
        return till_token(stack.tills[name], stack)
    if who in stack.staff:
        user = stack.staff[who]
        return _sign_in(user.username, user.password, stack)
    tills = ", ".join(f"till:{tenant}" for tenant in stack.tills) or "till:<tenant> once a tenant has a key"
    raise UnknownCallerError(f"WHO must be one of {', '.join(stack.staff)}, {tills}, or member:<phone>.")


def till_token(key: TillKey, stack: Stack) -> str:
    """The access token of a tenant's till, by its client credentials."""
    basic = base64.b64encode(f"{key.client_id}:{key.client_secret}".encode()).decode()
    form = urlencode({"grant_type": "client_credentials", "scope": "mall/till"}).encode()
    headers = {"Authorization": f"Basic {basic}", "Content-Type": "application/x-www-form-urlencoded"}
    with _direct.open(Request(stack.token_url, data=form, headers=headers), timeout=30) as answer:
        return str(json.load(answer)["access_token"])


def _member_token(phone: str, stack: Stack) -> str:
    """Sign a member in; nobody needs to know the password, so every sign-in sets a new one."""
    cognito = _cognito(stack)
    person = {"UserPoolId": stack.user_pool_id, "Username": phone}
    with suppress(cognito.exceptions.UsernameExistsException):
        cognito.admin_create_user(**person, MessageAction="SUPPRESS")
    password = new_password()
    cognito.admin_set_user_password(**person, Password=password, Permanent=True)
    return _sign_in(phone, password, stack)


def _sign_in(username: str, password: str, stack: Stack) -> str:
    answer = _cognito(stack).initiate_auth(
        ClientId=stack.app_client_id,
        AuthFlow="USER_PASSWORD_AUTH",
        AuthParameters={"USERNAME": username, "PASSWORD": password},
    )
    return str(answer["AuthenticationResult"]["AccessToken"])


def _cognito(stack: Stack) -> Any:
    return client("cognito-idp", endpoint_url=stack.endpoint_url, region=stack.region)


def main(who: str) -> int:
    """Print the token, and nothing else on standard output; the exit code for the shell."""
    try:
        print(token_for(who, Stack.load()))
    except (NoStackError, UnknownCallerError) as failed:
        print(failed, file=sys.stderr)
    except HTTPError as refused:
        print(f"The token was refused: {refused.read().decode()}", file=sys.stderr)
    except (OSError, BotoCoreError):
        print("The local cloud does not answer: run `make up` first.", file=sys.stderr)
    else:
        return 0
    return 1


if __name__ == "__main__":
    sys.exit(main(sys.argv[1] if len(sys.argv) > 1 else ""))
