"""Tenants come first: each is registered, and the tills of those that sell in the demo get a key."""

from local.demo.api import Api
from local.demo.tenants import TENANTS
from local.stack import TillKey
from local.starter import Starter

KEY = "demo"
"""Asked for again with the same Idempotency-Key, a tenant has the same credentials: nothing is lost with a file."""


def onboard_tenants(api: Api, starter: Starter) -> None:
    """Register every tenant and fetch keys for the demo's tills, where that has not happened yet."""
    known = {tenant["tenant_id"] for tenant in api.items("operator", "/tenants")}
    for tenant_id, tenant in starter.tenants.items():
        if tenant_id not in known:
            api.expect(201, "operator", "POST", "/tenants", tenant.terms())
    for seller in TENANTS:
        if seller.tenant_id not in api.stack.tills:
            key = api.expect(201, "operator", "POST", f"/tenants/{seller.tenant_id}/keys", {}, key=KEY)
            api.learn_till(seller.tenant_id, TillKey(key["client_id"], key["client_secret"]))
