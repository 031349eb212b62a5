"""HTTPS route of the table of recency and frequency, asked of the lake while the caller waits (requirements G1, G2)."""

from functions.segments import mall, rfm_table
from functions.segments.rfm_models import RfmDayQuery, RfmTable
from loyalty.auth import STAFF, require_group
from loyalty.clock import utc_now
from loyalty.errors import BusyError, ForbiddenError
from loyalty.http import answers, api, entry_point
from loyalty.lake.asking import LakeFailedError

TAGS = ["segments"]
AS_OF = {"parameter": "as_of"}

app = api()


@app.get(
    "/segments/rfm",
    operation_id="getRfmTable",
    summary="Read the table of recency and frequency",
    description=(
        "Who bought within a year, by quintile of the last purchase and of how many there were, with what they spent. "
        "From the lake: equal questions within five minutes get one answer. If the lake takes longer than the answer "
        "may (503), ask again: the same query goes on."
    ),
    tags=TAGS,
    responses=answers(200, RfmTable, "The table", ForbiddenError, LakeFailedError, BusyError),
)
def rfm(as_of: RfmDayQuery = None) -> RfmTable:
    """Read the table."""
    require_group(app.current_event.raw_event, *STAFF)
    return rfm_table.look(mall.day_to_stand_on(as_of, AS_OF), utc_now())


handler = entry_point(app)
