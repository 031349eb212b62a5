"""What is deployed and how to get in: `.local/stack.json`, for people and for tools (docs/api.md names its keys)."""

import json
from dataclasses import asdict, dataclass, replace
from pathlib import Path
from typing import Any, Self

from local.checkout import LOCAL, shown


class NoStackError(Exception):
    """Nothing is deployed; the message says how to change that."""


@dataclass(frozen=True)
class TillKey:
    """The client credentials of one tenant's tills."""

    client_id: str
    client_secret: str


@dataclass(frozen=True)
class StaffUser:
    """A person of the mall who signs in with a password."""

    username: str
    password: str


@dataclass(frozen=True)
class Stack:
    """One mall and stage on the local cloud.

    Attributes:
        mall: the name of its file in `malls/`.
        stage: "local".
        api_url: what the paths of the API are appended to; needs no special host name.
        endpoint_url: where every AWS service answers.
        region: its AWS region.
        token_url: where tills get their tokens.
        user_pool_id: the pool of members and staff.
        app_client_id: the client with which they sign in.
        tills: the keys of each tenant, by tenant id.
        staff: one person per group, by group.
        resources: names, ARNs and URLs of what the stacks hold, by the name of their stack output in snake case.
    """

    mall: str
    stage: str
    api_url: str
    endpoint_url: str
    region: str
    token_url: str
    user_pool_id: str
    app_client_id: str
    tills: dict[str, TillKey]
    staff: dict[str, StaffUser]
    resources: dict[str, str]

    @classmethod
    def load(cls, path: Path = LOCAL / "stack.json") -> Self:
        """Read a stack that was deployed.

        Raises:
            NoStackError: there is none.
        """
        try:
            raw: dict[str, Any] = json.loads(path.read_text())
        except FileNotFoundError:
            raise NoStackError(f"{shown(path)} is not there: run `make up` first.") from None
        tills = {tenant: TillKey(**key) for tenant, key in raw.pop("tills").items()}
        staff = {group: StaffUser(**user) for group, user in raw.pop("staff").items()}
        return cls(tills=tills, staff=staff, **raw)

    def save(self, path: Path = LOCAL / "stack.json") -> None:
        """Write it where only its owner reads it: it holds passwords, if only of a laptop's cloud."""
        path.touch(mode=0o600)
        path.write_text(json.dumps(asdict(self), indent=2, ensure_ascii=False) + "\n")

    def function(self, name: str) -> str:
        """What to invoke for one of the functions, such as "expiry-daily": its alias, as every trigger does."""
        return f"{self.mall}-{self.stage}-{name}:live"

    def with_till(self, tenant_id: str, key: TillKey) -> Self:
        """The same stack, with the key of one more tenant."""
        return replace(self, tills={**self.tills, tenant_id: key})
