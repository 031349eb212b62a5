"""The member's own entitlements."""

from functions.tiers import views
from functions.tiers.errors import MembershipNotFoundError
from loyalty import auth, identity
from loyalty.benefit_models import EntitlementsAnswer
from loyalty.http import answers, api, entry_point, language

app = api()


@app.get(
    "/me/entitlements",
    operation_id="getMyEntitlements",
    summary="What my tier and my unlocks bring: how often, how much of it is left, and what would open more",
    tags=["me"],
    responses=answers(200, EntitlementsAnswer, "What can be claimed now", MembershipNotFoundError),
)
def my_entitlements() -> EntitlementsAnswer:
    """Show the signed-in member's entitlements."""
    member_id = identity.member_of_login(auth.login(app.current_event.raw_event))
    return views.entitlements(member_id, language(app))


handler = entry_point(app)
