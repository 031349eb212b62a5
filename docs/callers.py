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
DRAW_UP = (Group.MARKETER,)
BOOKS = (Group.OPERATOR, Group.APPROVER, Group.AUDITOR)
CONTROL = (Group.OPERATOR, Group.APPROVER, Group.AUDITOR)
AUDIT = (Group.AUDITOR,)


def offers(path: str, offer_id: str) -> dict[str, tuple[Group, ...]]:
    """Return who leads an offer of the marketers through its life: they draw it up, another person approves it."""
    one = f"{path}/{{{offer_id}}}"
    return {
        f"POST {path}": DRAW_UP,
        f"GET {path}": ANY,
        f"GET {one}": ANY,
        f"PATCH {one}": DRAW_UP,
        f"POST {one}/approvals": APPROVE,
        f"POST {one}/publications": DRAW_UP,
        f"POST {one}/pauses": DRAW_UP,
        f"POST {one}/resumptions": DRAW_UP,
        f"POST {one}/endings": DRAW_UP,
    }


GROUPS: dict[str, tuple[Group, ...]] = {
    "POST /program-versions": DRAW_UP,
    "GET /program-versions": ANY,
    "GET /program-versions/{version_id}": ANY,
    "PATCH /program-versions/{version_id}": DRAW_UP,
    "POST /program-versions/{version_id}/approvals": APPROVE,
    "POST /program-versions/{version_id}/publications": DRAW_UP,
    "POST /program-versions/{version_id}/endings": DRAW_UP,
    "POST /members": ENROL,
    "POST /members/searches": ANY,
    "POST /members/family-withdrawals": DESK,
    "GET /members/{member_id}": ANY,
    "POST /members/{member_id}/approvals": CHOOSE,
    "POST /members/{member_id}/refusals": CHOOSE,
    "POST /members/{member_id}/cards": DESK,
    "POST /members/{member_id}/cards/losses": DESK,
    "GET /members/{member_id}/points": LOOK,
    "GET /members/{member_id}/points/entries": LOOK,
    "GET /members/{member_id}/entitlements": LOOK,
    "POST /members/{member_id}/entitlements/{code}/uses": DESK,
    "POST /members/{member_id}/entitlements/{code}/uses/{use_id}/refunds": DESK,
    "POST /members/imports": ENROL,
    "GET /members/imports/{import_id}": ANY,
    "POST /members/imports/{import_id}/approvals": APPROVE,
    "POST /purchases/imports": ENROL,
    "GET /purchases/imports/{import_id}": ANY,
    "POST /purchases/imports/{import_id}/approvals": APPROVE,
    "POST /members/{member_id}/freezes": DESK,
    "POST /members/{member_id}/unfreezes": DESK,
    "POST /members/{member_id}/voids": DESK,
    "POST /members/{member_id}/adjustments": DESK,
    "GET /control-requests": CONTROL,
    "GET /control-requests/{request_id}": CONTROL,
    "POST /control-requests/{request_id}/approvals": APPROVE,
    "POST /control-requests/{request_id}/refusals": APPROVE,
    "POST /control-requests/{request_id}/appeal-decisions": APPROVE,
    "GET /velocity-alarms": CONTROL,
    "POST /tenants/{tenant_id}/releases": DESK,
    "GET /audit-entries": AUDIT,
    "GET /tenants": LOOK,
    "POST /tenants": DESK,
    "GET /tenants/{tenant_id}": LOOK,
    "PATCH /tenants/{tenant_id}": DESK,
    "POST /tenants/{tenant_id}/keys": DESK,
    "DELETE /tenants/{tenant_id}/keys/{client_id}": DESK,
    **offers("/coupon-templates", "template_id"),
    "POST /coupon-templates/{template_id}/previews": ANY,
    "GET /coupon-templates/{template_id}/figures": ANY,
    "POST /coupon-templates/{template_id}/codes": DRAW_UP,
    "POST /coupon-templates/{template_id}/pushes": DRAW_UP,
    "POST /coupon-templates/{template_id}/exports": DRAW_UP,
    "GET /coupon-templates/{template_id}/jobs/{job_id}": DRAW_UP,
    **offers("/discount-campaigns", "campaign_id"),
    **offers("/campaigns", "campaign_id"),
    "POST /campaigns/simulations": ANY,
    "GET /campaigns/{campaign_id}/figures": ANY,
    "GET /campaigns/{campaign_id}/report": ANY,
    "POST /campaigns/{campaign_id}/trials": DRAW_UP,
    "GET /campaigns/{campaign_id}/trials/{trial_id}": ANY,
    "POST /member-lists": DRAW_UP,
    "GET /member-lists": ANY,
    "GET /member-lists/{list_id}": ANY,
    "POST /member-lists/{list_id}/files": DRAW_UP,
    "GET /member-lists/{list_id}/files/{file_id}": ANY,
    "POST /member-lists/{list_id}/members": DRAW_UP,
    "DELETE /member-lists/{list_id}/members/{member_id}": DRAW_UP,
    "POST /coupons/{code}/voids": DESK,
    "GET /members/{member_id}/coupons": ANY,
    **offers("/rewards", "reward_id"),
    "GET /rewards/{reward_id}/stock": ANY,
    "GET /rewards/{reward_id}/stock/movements": ANY,
    "POST /rewards/{reward_id}/stock/movements": DESK,
    "GET /rewards/{reward_id}/figures": ANY,
    "POST /rewards/{reward_id}/exports": ANY,
    "GET /rewards/{reward_id}/jobs/{job_id}": ANY,
    "POST /redemptions/{redemption_id}/handovers": DESK,
    **offers("/occasion-offers", "offer_id"),
    "GET /occasion-offers/{offer_id}/report": ANY,
    "POST /occasion-offers/{offer_id}/simulations": DRAW_UP,
    "GET /occasion-offers/{offer_id}/simulations/{simulation_id}": ANY,
    **offers("/notice-templates", "template_id"),
    "GET /notice-templates/{template_id}/preview": ANY,
    "POST /notice-templates/{template_id}/tests": DRAW_UP,
    "GET /notice-templates/{template_id}/broadcast": ANY,
    "GET /notices/reach": ANY,
    **offers("/surveys", "survey_id"),
    "POST /surveys/{survey_id}/versions": DRAW_UP,
    "GET /surveys/{survey_id}/preview": ANY,
    "POST /surveys/{survey_id}/invitations": ENROL,
    "POST /surveys/{survey_id}/dry-runs": ENROL,
    "POST /surveys/{survey_id}/exports": ENROL,
    "GET /surveys/{survey_id}/jobs/{job_id}": ENROL,
    "POST /surveys/{survey_id}/answers": ENROL,
    "GET /surveys/{survey_id}/answers": ANY,
    "POST /surveys/{survey_id}/comments": ENROL,
    "POST /surveys/analyses": DRAW_UP,
    "GET /surveys/{survey_id}/report": ANY,
    "GET /findings": ANY,
    "POST /findings": DESK,
    "GET /findings/{finding_id}": ANY,
    "PATCH /findings/{finding_id}": DESK,
    "POST /findings/{finding_id}/notes": DESK,
    "POST /findings/{finding_id}/resolutions": DESK,
    "POST /findings/{finding_id}/reopenings": DESK,
    "GET /books/roll-forward": BOOKS,
    "GET /books/liability": BOOKS,
    "GET /books/experience": BOOKS,
    "POST /books/estimates": DESK,
    "GET /books/estimates": BOOKS,
    "GET /books/estimates/{estimate_id}": BOOKS,
    "PATCH /books/estimates/{estimate_id}": DESK,
    "POST /books/estimates/{estimate_id}/approvals": APPROVE,
    "POST /books/estimates/{estimate_id}/endings": CHOOSE,
    "GET /tenants/{tenant_id}/days/{day}": BOOKS,
    "PUT /tenants/{tenant_id}/days/{day}/statement": DESK,
    "GET /reconciliations": BOOKS,
    "POST /segments": DRAW_UP,
    "GET /segments": ANY,
    "GET /segments/{segment_id}": ANY,
    "PATCH /segments/{segment_id}": DRAW_UP,
    "POST /segments/{segment_id}/archivals": DRAW_UP,
    "POST /segments/{segment_id}/previews": DRAW_UP,
    "POST /segments/previews": DRAW_UP,
    "GET /segments/previews/{preview_id}": ANY,
    "GET /segments/rfm": ANY,
    "POST /segments/refreshes": DRAW_UP,
    "GET /segments/refreshes/{refresh_id}": ANY,
    "GET /segments/{segment_id}/members": ANY,
    "GET /members/{member_id}/segments": ANY,
    "GET /insight/funnel": ANY,
    "GET /insight/traffic": ANY,
    "GET /insight/today": ANY,
    "GET /insight/attention": ANY,
    "POST /insight/refreshes": DRAW_UP,
    "GET /insight/refreshes/{refresh_id}": ANY,
    "GET /insight/baskets": ANY,
    "GET /insight/bundles": ANY,
    "GET /insight/months/{month}": ANY,
    "GET /insight/campaigns/{campaign_id}": ANY,
    "GET /insight/predictions": ANY,
    "POST /insight/predictions/fits": DRAW_UP,
    "GET /insight/predictions/fits/{fit_id}": ANY,
    "GET /insight/risk-list": ANY,
    "GET /insight/alerts": ANY,
    "GET /members/{member_id}/predictions": ANY,
    "GET /leaderboards/{period}": ANY,
    "GET /survey-settings": ANY,
    "PUT /survey-settings": DESK,
}
"""The groups of staff each route of staff or of the desk is for (requirements O2)."""


def callers() -> dict[str, Caller]:
    """Return who may call each route, in order of path and method."""
    declared = {route.key: route.caller for function in all_functions() for route in function.routes}
    return dict(sorted(declared.items(), key=lambda item: tuple(reversed(item[0].split(" ")))))
