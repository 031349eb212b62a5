"""Who may call which route: the gateway's part from `infra`, the groups of staff from the table below.

`infra` declares for every route what the gateway asks for, and the template is made from that. Which group of staff a
handler then lets through is decided in the handler; this table says what it must decide, and a test asks every handler.
"""

from infra.capabilities import all_functions
from infra.specs import Caller
from loyalty.auth import Group

ANY = tuple(Group)
LOOK = (Group.OPERATOR, Group.AUDITOR)
DESK = (Group.OPERATOR,)
CHOOSE = (Group.OPERATOR, Group.APPROVER)
ENROL = (Group.OPERATOR, Group.MARKETER)
APPROVE = (Group.APPROVER,)

GROUPS: dict[str, tuple[Group, ...]] = {
    "POST /members": ENROL,
    "POST /members/searches": ANY,
    "GET /members/{member_id}": ANY,
    "POST /members/{member_id}/approvals": CHOOSE,
    "POST /members/{member_id}/refusals": CHOOSE,
    "POST /members/{member_id}/cards": DESK,
    "POST /members/{member_id}/cards/losses": DESK,
    "GET /members/{member_id}/points": LOOK,
    "GET /members/{member_id}/points/entries": LOOK,
    "POST /members/imports": ENROL,
    "GET /members/imports/{import_id}": ANY,
    "POST /members/imports/{import_id}/approvals": APPROVE,
    "POST /purchases/imports": ENROL,
    "GET /purchases/imports/{import_id}": ANY,
    "POST /purchases/imports/{import_id}/approvals": APPROVE,
    "GET /tenants": LOOK,
    "POST /tenants": DESK,
    "GET /tenants/{tenant_id}": LOOK,
    "PATCH /tenants/{tenant_id}": DESK,
    "POST /tenants/{tenant_id}/keys": DESK,
    "DELETE /tenants/{tenant_id}/keys/{client_id}": DESK,
}
"""The groups of staff each route of staff or of the desk is for (requirements O2)."""


def callers() -> dict[str, Caller]:
    """Return who may call each route, in order of path and method."""
    declared = {route.key: route.caller for function in all_functions() for route in function.routes}
    return dict(sorted(declared.items(), key=lambda item: tuple(reversed(item[0].split(" ")))))
