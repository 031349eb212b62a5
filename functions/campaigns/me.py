"""HTTPS route of a member's campaigns: what is announced, what runs, what it gives (requirements A1)."""

from aws_lambda_powertools.event_handler import Response

from functions.campaigns import showing
from functions.campaigns.me_models import OwnCampaignsAnswer, own_campaign
from loyalty import account_store, auth, errors, identity
from loyalty.accounts import Account
from loyalty.clock import utc_now
from loyalty.http import answers, api, entry_point, language
from loyalty.paging import DEFAULT_LIMIT, CursorParameter, InvalidCursorError, LimitParameter, cursor, listed, position
from loyalty.programme_store import tier_of

LIST = "own-campaigns"

app = api()


@app.get(
    "/me/campaigns",
    operation_id="listOwnCampaigns",
    summary="Campaigns I can take part in, announced or running",
    description="Some seconds behind. What a receipt really gets is decided when it is bought.",
    tags=["campaigns"],
    responses=answers(200, OwnCampaignsAnswer, "A page of them", errors.NotEnrolledError, InvalidCursorError),
)
def own_campaigns(limit: LimitParameter = DEFAULT_LIMIT, after: CursorParameter = None) -> Response[OwnCampaignsAnswer]:
    """Show the signed-in member's campaigns."""
    account, now = _account(), utc_now()
    found, last = showing.visible(account, tier_of(account, now), now, limit, position(LIST, after) or "")
    following = cursor(LIST, last) if last else None
    items = tuple(own_campaign(one, now, language(app)) for one in found)
    return listed(OwnCampaignsAnswer(items=items, next=following), following, limit=limit)


def _account() -> Account:
    member_id = identity.member_of_login(auth.login(app.current_event.raw_event))
    account = account_store.read(member_id) if member_id else None
    if account is None:
        raise errors.NotEnrolledError
    return account


handler = entry_point(app)
