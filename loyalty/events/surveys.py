"""What happened to survey invitations, answers and findings, version 1 each (requirements S).

What somebody wrote in their own words is in no event: only what it was understood to say. None of these moves the
account, so `member_seq` is 0. Of what concerns no member (an anonymous answer, a finding) the subject is its own id.
"""

from datetime import date
from typing import Annotated, Literal

from pydantic import Field

from loyalty.events.envelope import Event, schema_url
from loyalty.events.parts import Instant, Part, PointsAmount, Word

Ref = Annotated[str, Field(min_length=1, max_length=128)]
Title = Annotated[str, Field(min_length=1, max_length=200)]


class SurveyRewardData(Part):
    """What answering brings."""

    purse: Annotated[Word, Field(description="Open vocabulary: points, courtesy, growth.")]
    points: Annotated[PointsAmount, Field(description="How many.")]


class InvitationData(Part):
    """What every event of an invitation tells: which survey, why this member, how long."""

    invitation_id: Annotated[Ref, Field(description="Which invitation; it opens nothing.")]
    invitation_seq: Annotated[int, Field(strict=True, ge=1, description="The invitation's version.")]
    series_id: Annotated[Ref, Field(description="The survey through all its versions.")]
    survey_id: Annotated[Ref, Field(description="The version that is asked.")]
    survey_version: Annotated[int, Field(strict=True, ge=1, description="Its number: 1, 2, 3 ...")]
    way: Annotated[Word, Field(description="Why asked. Open vocabulary: at_once, event, schedule, list, staff.")]
    cause: Annotated[Word | None, Field(description="The type of the event that led to it.")] = None
    tenant_id: Annotated[Word | None, Field(description="The tenant it is about.")] = None
    about: Annotated[Ref | None, Field(description="The template, reward or campaign it is about.")] = None
    tier: Annotated[Word | None, Field(description="The member's tier when asked.")] = None
    opened_on: Annotated[date, Field(description="The mall-local day it was first open.")]
    expires_at: Annotated[Instant, Field(description="When it can no longer be answered.")]


class SurveyMessageData(InvitationData):
    """Everything a channel needs to write to the member. `link_token` opens the survey, once, without a login."""

    title_zh: Annotated[Title, Field(description="The survey's title in Chinese.")]
    title_en: Annotated[Title | None, Field(description="The survey's title in English.")] = None
    link_token: Annotated[Ref, Field(description="Opens this one survey for this one member; keep it out of logs.")]
    link: Annotated[Ref, Field(description="The page's path below the mall's API, with the token in it.")]
    reward: Annotated[SurveyRewardData | None, Field(description="What answering brings.")] = None
    reminder: Annotated[bool, Field(description="Whether it was sent before.")] = False


class ScoreData(Part):
    """One scale that was answered."""

    question: Annotated[Word, Field(description="The question's code.")]
    kind: Annotated[Word, Field(description="Open vocabulary: scale (1 to 10), recommendation (0 to 10).")]
    dimension: Annotated[Word, Field(description="Open vocabulary: ease, usefulness, service, recommendation, ...")]
    score: Annotated[int, Field(strict=True, ge=0, le=10, description="What was answered.")]


class ChoiceData(Part):
    """One choice that was made."""

    question: Annotated[Word, Field(description="The question's code.")]
    choice: Annotated[Word, Field(description="The choice's code.")]


class SurveyAnsweredData(Part):
    """A complete answer, and what its words were understood to say; never the words."""

    answer_id: Annotated[Ref, Field(description="Which answer.")]
    series_id: Annotated[Ref, Field(description="The survey through all its versions.")]
    survey_id: Annotated[Ref, Field(description="The version that was answered.")]
    survey_version: Annotated[int, Field(strict=True, ge=1, description="Its number: 1, 2, 3 ...")]
    channel: Annotated[
        Word, Field(description="Open vocabulary: app, link, telephone, face_to_face, social_media, ...")
    ]
    invited_on: Annotated[date | None, Field(description="The day its invitation opened; absent: not invited.")] = None
    answered_on: Annotated[date, Field(description="The mall-local day it was answered.")]
    tenant_id: Annotated[Word | None, Field(description="The tenant it is about.")] = None
    about: Annotated[Ref | None, Field(description="The template, reward or campaign it is about.")] = None
    tier: Annotated[Word | None, Field(description="The member's tier.")] = None
    anonymous: Annotated[bool, Field(description="Whether no member is known; then the subject is the answer.")] = False
    scores: Annotated[tuple[ScoreData, ...], Field(description="The scales answered.")] = ()
    choices: Annotated[tuple[ChoiceData, ...], Field(description="The choices made.")] = ()
    sentiment: Annotated[
        Word | None, Field(description="Open vocabulary: negative, neutral, positive; absent: no words.")
    ] = None
    aspects: Annotated[tuple[Word, ...], Field(description="What the words are about.")] = ()
    complaints: Annotated[tuple[Word, ...], Field(description="What they complain of: `<aspect>.<what>`.")] = ()
    low: Annotated[tuple[Word, ...], Field(description="Dimensions scored so low that somebody must look.")] = ()


class FindingOpenedData(Part):
    """Something to be looked into, and who has to."""

    finding_id: Annotated[Ref, Field(description="Which finding.")]
    subject_code: Annotated[Word, Field(description="A complaint's, an aspect's or a dimension's code.")]
    tenant_id: Annotated[Word | None, Field(description="The tenant it is about; absent: the mall.")] = None
    department: Annotated[Word, Field(description="The department it was filed to.")]
    due_on: Annotated[date, Field(description="The mall-local day it is due.")]
    source: Annotated[Word, Field(description="Open vocabulary: survey, complaint, telephone, ...")]


class ImprovementData(Part):
    """What was improved, told to a member whose answer asked for it."""

    finding_id: Annotated[Ref, Field(description="Which finding was resolved.")]
    subject_code: Annotated[Word, Field(description="A complaint's, an aspect's or a dimension's code.")]
    text_zh: Annotated[str, Field(min_length=1, max_length=1000, description="What was improved, in Chinese.")]
    text_en: Annotated[str | None, Field(max_length=1000, description="The same in English.")] = None
    resolved_on: Annotated[date, Field(description="The mall-local day it was resolved.")]


class SurveyOffered(Event):
    """An invitation is open: the member finds it in the app."""

    type: Literal["SurveyOffered"] = "SurveyOffered"
    dataschema: str = schema_url("SurveyOffered", 1)
    data: InvitationData


class SurveyInvited(Event):
    """A member may be written to about a survey now: never in quiet hours."""

    type: Literal["SurveyInvited"] = "SurveyInvited"
    dataschema: str = schema_url("SurveyInvited", 1)
    data: SurveyMessageData


class SurveyReminded(Event):
    """A member may be reminded of a survey now: once, never in quiet hours."""

    type: Literal["SurveyReminded"] = "SurveyReminded"
    dataschema: str = schema_url("SurveyReminded", 1)
    data: SurveyMessageData


class SurveyExpired(Event):
    """An invitation was not answered in time."""

    type: Literal["SurveyExpired"] = "SurveyExpired"
    dataschema: str = schema_url("SurveyExpired", 1)
    data: InvitationData


class SurveyAnswered(Event):
    """A survey was answered: by a member, by staff for one, or found as a comment elsewhere."""

    type: Literal["SurveyAnswered"] = "SurveyAnswered"
    dataschema: str = schema_url("SurveyAnswered", 1)
    data: SurveyAnsweredData


class FindingOpened(Event):
    """A finding was opened and filed to a department."""

    type: Literal["FindingOpened"] = "FindingOpened"
    dataschema: str = schema_url("FindingOpened", 1)
    data: FindingOpenedData


class ImprovementAnnounced(Event):
    """A member who asked for it is to be told what was improved."""

    type: Literal["ImprovementAnnounced"] = "ImprovementAnnounced"
    dataschema: str = schema_url("ImprovementAnnounced", 1)
    data: ImprovementData


SURVEY_EVENTS: tuple[type[Event], ...] = (
    SurveyOffered,
    SurveyInvited,
    SurveyReminded,
    SurveyExpired,
    SurveyAnswered,
    FindingOpened,
    ImprovementAnnounced,
)
