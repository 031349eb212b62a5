"""Tenants come first: each is registered, and its tills get a key."""

from local.demo.api import Api, DemoError
from local.demo.tenants import TENANTS, Tenant
from local.stack import TillKey

KEY = "demo"
"""Asked for again with the same Idempotency-Key, a tenant has the same credentials: nothing is lost with a file."""


def onboard_tenants(api: Api) -> None:
    """Register every tenant and fetch a key for its tills, where that has not happened yet."""
    for tenant in TENANTS:
        _register(api, tenant)
        if tenant.tenant_id not in api.stack.tills:
            key = api.expect(201, "operator", "POST", f"/tenants/{tenant.tenant_id}/keys", {}, key=KEY)
            api.learn_till(tenant.tenant_id, TillKey(key["client_id"], key["client_secret"]))


def _register(api: Api, tenant: Tenant) -> None:
    terms = {
        "tenant_id": tenant.tenant_id,
        "name_zh": tenant.name_zh,
        "name_en": tenant.name_en,
        "categories": list(tenant.categories),
        "receipt_scope": "forever",
    }
    answer = api.call("operator", "POST", "/tenants", terms)
    known = answer.status == 409 and api.call("operator", "GET", f"/tenants/{tenant.tenant_id}").status == 200
    if answer.status != 201 and not known:
        raise DemoError(f"The tenant {tenant.tenant_id} was refused: {answer.body}")
