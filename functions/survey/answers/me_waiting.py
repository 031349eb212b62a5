"""The surveys that wait for a member, read from the index by member: those open now, the soonest over first."""

from datetime import datetime

from functions.survey.answers import answering_reads
from functions.survey.answers.answer_models import WaitingSurvey
from functions.survey.definition import Survey
from functions.survey.form import shown
from loyalty import dynamo
from loyalty.clock import iso
from loyalty.dynamo import to_item
from loyalty.surveys import inviting
from loyalty.surveys.at_once import SurveyReward
from loyalty.surveys.invitation import Invitation, from_row
from loyalty.surveys.settings import table
from loyalty.types import MemberId

INDEX = "by_member"


def page(
    member_id: MemberId, limit: int, after: str | None, now: datetime, language: str
) -> tuple[tuple[WaitingSurvey, ...], str | None]:
    """Return up to `limit` surveys, and the place after which the next page starts, if any.

    Args:
        after: the `placed` of the last invitation read for the page before.
    """
    start = {"ExclusiveStartKey": to_item(_index_key(member_id, after))} if after else {}
    lowest, highest = f"{inviting.WAITING_PLACE}{iso(now)}", f"{inviting.WAITING_PLACE}~"
    answer = dynamo.client().query(
        TableName=table(),
        IndexName=INDEX,
        KeyConditionExpression="member_id = :member AND placed BETWEEN :lowest AND :highest",
        ExpressionAttributeValues=to_item({":member": member_id, ":lowest": lowest, ":highest": highest}),
        Limit=limit,
        **start,
    )
    found = [from_row(dynamo.from_item(item)) for item in answer["Items"]]
    open_now = [one for one in found if one.is_open(now)]
    surveys = answering_reads.definitions(tuple(dict.fromkeys(one.survey_id for one in open_now)))
    items = tuple(_item(one, surveys[one.survey_id], language) for one in open_now)
    last = answer.get("LastEvaluatedKey")
    return items, dynamo.from_item(last)["placed"] if last else None


def _item(found: Invitation, survey: Survey, language: str) -> WaitingSurvey:
    form = shown(found.survey_id, found.survey_version, survey, language)
    return WaitingSurvey(
        invitation_id=found.invitation_id,
        survey_id=found.survey_id,
        title=form.title,
        intro=form.intro,
        expires_at=found.expires_at,
        reward=SurveyReward(purse=found.purse, points=found.points) if found.points else None,
        questions=len(form.questions),
        begun=bool(found.partial),
    )


def _index_key(member_id: MemberId, placed: str) -> dict[str, str]:
    return {"member_id": member_id, "placed": placed, **inviting.key(placed.rsplit("/", 1)[1])}
