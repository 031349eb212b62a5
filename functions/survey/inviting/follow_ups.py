"""Starts the surveys that follow campaigns: one job for each campaign, however often it is tried (requirements A1, S1).

    a campaign's follow-up ──due, its survey asks──> job `invitations` ──begun──> noted in its row

While the survey pauses, or has not begun to ask, a follow-up waits, a week at most.
"""

from collections.abc import Iterator
from datetime import datetime

from functions.survey.defining import publication
from functions.survey.inviting.jobs_desk_begin import followed_up
from loyalty import dynamo
from loyalty.dynamo import to_item
from loyalty.settings import time_zone
from loyalty.surveys import follow_up as following
from loyalty.surveys import settings
from loyalty.surveys.follow_up import FollowUp


def start(as_of: datetime) -> int:
    """Begin what is due; return how many jobs were begun that were not there before."""
    return sum(_begun(one, as_of) for one in _listed() if one.is_due(as_of, time_zone()))


def _begun(follow_up: FollowUp, as_of: datetime) -> bool:
    """Begin one, if its survey asks now; noted afterwards, so that whoever is killed in between begins it again."""
    version = publication.asking_version(follow_up.survey_id, as_of)
    if version is None:
        return False
    job, replayed = followed_up(version, follow_up.campaign_id, as_of)
    dynamo.client().update_item(
        TableName=settings.table(),
        Key=to_item(following.key(follow_up.campaign_id)),
        UpdateExpression="SET begun = :job",
        ExpressionAttributeValues=to_item({":job": job.job_id}),
    )
    return not replayed


def _listed() -> Iterator[FollowUp]:
    """Read the follow-ups of campaigns that run, or ended lately."""
    rows = dynamo.query(
        settings.table(),
        KeyConditionExpression="survey_id = :follow_ups",
        ExpressionAttributeValues=to_item({":follow_ups": following.FOLLOW_UPS}),
    )
    return map(following.from_row, rows)
