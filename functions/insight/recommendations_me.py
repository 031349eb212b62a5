"""The member's route of recommendations: the ranking may be personal, prices are not (requirements G4, K2)."""

from functions.insight.nights import refreshing
from functions.insight.recommending import own
from functions.insight.recommending.recommendation_models import RecommendationsAnswer, RecommendedCategory
from loyalty import auth, identity
from loyalty.clock import local_date, utc_now
from loyalty.errors import BusyError, NotEnrolledError
from loyalty.http import answers, api, entry_point
from loyalty.settings import setting, time_zone

app = api()


@app.get(
    "/me/recommendations",
    operation_id="getOwnRecommendations",
    summary="Read what I may like next",
    description=(
        "Categories by what I bought and looked at, lately most of all, and what others bought beside it; within them "
        "dearer items first where I spend much. Without my leave to be profiled it is what is popular with everybody, "
        "and nothing I did is looked at. It changes no price."
    ),
    tags=["insight"],
    responses=answers(200, RecommendationsAnswer, "The recommendations", NotEnrolledError, BusyError),
)
def recommendations() -> RecommendationsAnswer:
    """Read the recommendations of the signed-in member."""
    member_id = identity.member_of_login(auth.login(app.current_event.raw_event))
    if member_id is None:
        raise NotEnrolledError
    only_agreed = setting("INSIGHT_PROFILING") == refreshing.ONLY_AGREED
    zone = time_zone()
    found = own.recommended(member_id, local_date(utc_now(), zone), zone, only_agreed=only_agreed)
    items = tuple(RecommendedCategory(**one._asdict()) for one in found.items)
    return RecommendationsAnswer(basis=found.basis, as_of=found.as_of, items=items)


handler = entry_point(app)
