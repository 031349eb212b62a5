"""What is predicted of one member, now: asked of the lake when somebody asks, for nobody keeps it (ADR 0919)."""

from datetime import date

from functions.insight import people
from functions.insight.predictions.bgnbd import Buying
from functions.insight.predictions.gamma_gamma import Spending
from functions.insight.predictions.nightly import histories_query
from functions.insight.predictions.scoring import Score, score
from loyalty import tested_models
from loyalty.lake import athena
from loyalty.lake.asking import LakeFailedError
from loyalty.lake.athena import QueryFailedError
from loyalty.types import MemberId

WAIT_SECONDS = 20.0


def predicted(member_id: MemberId, today: date, *, only_agreed: bool) -> Score | None:
    """Return what is predicted of a member by the models that the newest night tested.

    Returns:
        None where nothing may be said (not a member, no profiling), or can: no purchase, no models.

    Raises:
        BusyError: if the lake takes longer; asked again, the same query goes on.
        LakeFailedError: if it cannot answer.
    """
    models = _models()
    if models is None or not people.allowed([member_id], only_agreed=only_agreed):
        return None
    sql = histories_query(today, member_id, only_agreed=only_agreed)
    try:
        rows = athena.query(sql, f"member/{member_id}/{today.isoformat()}", seconds=WAIT_SECONDS)
    except QueryFailedError:
        raise LakeFailedError from None
    return score(rows[0], *models) if rows else None


def _models() -> tuple[Buying, Spending | None] | None:
    found = tested_models.newest()
    if found is None:
        return None
    return Buying(*found.buying), Spending(*found.spending) if found.spending else None
