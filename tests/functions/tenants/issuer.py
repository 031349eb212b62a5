"""An issuer with real keys that publishes them over HTTP, and the tokens it signs."""

import json
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime
from functools import cache
from http.server import BaseHTTPRequestHandler, HTTPServer
from typing import Any

import jwt
from cryptography.hazmat.primitives.asymmetric import rsa

from functions.tenants import authorizer, keys, registry
from loyalty.types import TenantId
from tests.support import Context

ISSUER = "https://cognito-idp.ap-southeast-1.amazonaws.com/ap-southeast-1_Pool"
OWN_ISSUER = "https://login.jade-garden.example.com"
STAFF_SCOPE = "aws.cognito.signin.user.admin"
REFUSED = {"isAuthorized": False}
NOW = datetime(2026, 11, 21, tzinfo=UTC)


@cache
def rsa_key(name: str) -> rsa.RSAPrivateKey:
    """A key of that name, made once."""
    return rsa.generate_private_key(public_exponent=65537, key_size=2048)


def public_jwk(name: str, **changes: Any) -> dict[str, Any]:
    jwk = jwt.algorithms.RSAAlgorithm.to_jwk(rsa_key(name).public_key(), as_dict=True)
    return {**jwk, "kid": name, "use": "sig", "alg": "RS256", **changes}


@dataclass
class Issuer:
    """Publishes keys over HTTP and counts who asks."""

    url: str
    keys: list[dict[str, Any]] = field(default_factory=lambda: [public_jwk("current")])
    asked: list[str] = field(default_factory=list)


@contextmanager
def serving() -> Iterator[Issuer]:
    """Publish an issuer's keys on a port of their own."""
    published = Issuer("")

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            published.asked.append(self.path)
            self.send_response(200)
            self.end_headers()
            document: dict[str, Any] = {"keys": published.keys}
            if self.path.endswith("openid-configuration"):
                document = {"jwks_uri": f"{published.url}/elsewhere"}
            self.wfile.write(json.dumps(document).encode())

        def log_message(self, *_: object) -> None:
            """Keep the test's output quiet."""

    server = HTTPServer(("127.0.0.1", 0), Handler)
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01})
    thread.start()
    published.url = f"http://127.0.0.1:{server.server_port}"
    try:
        yield published
    finally:
        server.shutdown()
        thread.join()
        server.server_close()


def onboard(tenant_id: str, client_id: str) -> None:
    terms = {"tenant_id": tenant_id, "name_zh": "面", "name_en": "Noodles", "categories": [], "ratios": {}}
    registry.register({**terms, "receipt_scope": "day"}, NOW)
    keys.issue(TenantId(tenant_id), "k", client_id, NOW)


def claims(**changes: Any) -> dict[str, Any]:
    """The claims of a till's access token, as the pool makes them; None takes one away."""
    now = int(datetime.now(UTC).timestamp())
    till = {
        "iss": ISSUER,
        "sub": "client1",
        "client_id": "client1",
        "token_use": "access",
        "scope": "mall/till",
        "iat": now,
        "exp": now + 3600,
    }
    return {name: value for name, value in (till | changes).items() if value is not None}


def staff_claims(**changes: Any) -> dict[str, Any]:
    staff = {"sub": "user-1", "client_id": "app-client", "scope": STAFF_SCOPE, "cognito:groups": ["operator", "poker"]}
    return claims(**(staff | changes))


def signed(payload: dict[str, Any], key: str = "current", **headers: Any) -> str:
    return jwt.encode(payload, rsa_key(key), algorithm="RS256", headers={"kid": key, **headers})


def ask(token: str, scheme: str = "Bearer ") -> dict[str, Any]:
    event = {
        "version": "2.0",
        "type": "REQUEST",
        "routeKey": "POST /purchases",
        "identitySource": [scheme + token],
        "headers": {"authorization": scheme + token},
        "requestContext": {"requestId": "request-1"},
    }
    return authorizer.handler(event, Context())  # type: ignore[arg-type]
