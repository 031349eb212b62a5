"""HTTPS routes of findings: what members complain of, until it is improved (requirements S4, D4)."""

from collections.abc import Mapping
from datetime import date

from aws_lambda_powertools.event_handler import Response

from functions.survey.findings import (
    departments_row,
    finding_answers,
    finding_measures,
    findings_complaints,
    findings_reading,
    telling,
)
from functions.survey.findings import findings_work as work
from functions.survey.findings.finding import By, Finding, FindingStateError
from functions.survey.findings.finding_answers import (
    FiledAnswer,
    FindingAnswer,
    FindingDetail,
    FindingsAnswer,
    SurveySettingsAnswer,
)
from functions.survey.findings.finding_models import (
    DepartmentQuery,
    FindingIdPath,
    FindingNoteRequest,
    FindingPatch,
    FindingRequest,
    OverdueQuery,
    OwnerQuery,
    ReopeningRequest,
    ResolutionRequest,
    StateQuery,
    SurveySettingsRequest,
)
from functions.survey.findings.findings_reading import Wanted
from functions.survey.findings.findings_work import FindingFollowedError, UnknownDepartmentError
from loyalty.attempts import Plan
from loyalty.auth import Group, groups, require_group
from loyalty.clock import local_date, utc_now
from loyalty.entries import fingerprint
from loyalty.errors import (
    BusyError,
    ForbiddenError,
    IdempotencyKeyRequiredError,
    IdempotencyKeyReusedError,
    NotFoundError,
    UnknownMemberError,
)
from loyalty.http import Body, IdempotencyKey, answers, api, created, entry_point, language, logger, trace_id
from loyalty.offers import ChangedMeanwhileError
from loyalty.paging import (
    DEFAULT_LIMIT,
    CursorParameter,
    InvalidCursorError,
    LimitParameter,
    cursor,
    listed,
    position,
)
from loyalty.settings import time_zone
from loyalty.surveys import settings

LIST = "findings"
TAGS = ["findings"]
REFUSED = (ForbiddenError, NotFoundError, BusyError)
KEYED = (IdempotencyKeyRequiredError, IdempotencyKeyReusedError)

app = api()


@app.get(
    "/survey-settings",
    operation_id="getSurveySettings",
    summary="Read what the mall sets for its surveys and findings",
    tags=TAGS,
    responses=answers(200, SurveySettingsAnswer, "The settings", ForbiddenError),
)
def survey_settings() -> SurveySettingsAnswer:
    """Read the settings."""
    require_group(app.current_event.raw_event)
    return finding_answers.settings_answer(settings.row())


@app.put(
    "/survey-settings",
    operation_id="putSurveySettings",
    summary="Set fatigue, quiet hours, departments, and what is filed to them",
    description="All settings at once, over the version you looked at. They hold within half a minute.",
    tags=TAGS,
    responses=answers(200, SurveySettingsAnswer, "The settings", ForbiddenError, ChangedMeanwhileError, BusyError),
)
def put_survey_settings(body: SurveySettingsRequest) -> SurveySettingsAnswer:
    """Set the settings."""
    login = require_group(app.current_event.raw_event, Group.OPERATOR)
    plan = departments_row.change(body.settings(), body.version, login, utc_now())
    logger.info("survey settings changed", version=plan.answer["version"], replayed=plan.replayed)
    return finding_answers.settings_answer(plan.answer)


@app.get(
    "/findings",
    operation_id="listFindings",
    summary="List the findings",
    description="Those to be worked on by their due day, the most urgent first; those that are over, newest first. "
    "A page may be short and still have a next one.",
    tags=TAGS,
    responses=answers(200, FindingsAnswer, "A page of findings", ForbiddenError, InvalidCursorError),
)
def findings_page(
    limit: LimitParameter = DEFAULT_LIMIT,
    after: CursorParameter = None,
    state: StateQuery = None,
    department: DepartmentQuery = None,
    owner: OwnerQuery = None,
    overdue: OverdueQuery = None,
) -> Response[FindingsAnswer]:
    """List the findings."""
    require_group(app.current_event.raw_event)
    wanted = Wanted(state, department, owner, overdue)
    shelf = f"{LIST}/{'open' if wanted.is_of_open else 'closed'}"
    found, last = findings_reading.page(wanted, position(shelf, after), limit, _today())
    following = cursor(shelf, last) if last else None
    answer = FindingsAnswer(items=tuple(map(_answer, found)), next=following)
    return listed(answer, following, limit=limit, **wanted.filters)


@app.post(
    "/findings",
    operation_id="fileComplaint",
    summary="Take down a complaint, a call or a call-back",
    description="It joins the open finding of its subject, or opens one. The words are for operators only.",
    tags=TAGS,
    responses=answers(
        201,
        FiledAnswer,
        "The finding it was filed under",
        ForbiddenError,
        UnknownMemberError,
        UnknownDepartmentError,
        BusyError,
        *KEYED,
    ),
)  # fmt: skip
def file_complaint(body: FindingRequest, idempotency_key: IdempotencyKey) -> Response[FiledAnswer]:
    """Take down a complaint."""
    by = _by("file", "", body)
    plan, concern_id = findings_complaints.take_down(body, idempotency_key, departments_row.read(), by, by.now)
    found = plan.answer.finding
    if found is None:
        raise NotFoundError
    logger.info("complaint filed", finding_id=found.finding_id, replayed=plan.replayed)
    answer = FiledAnswer(**_shown(found), joined=not plan.answer.is_new, concern_id=concern_id)
    return created(answer, f"/findings/{found.finding_id}", replayed=plan.replayed)


@app.get(
    "/findings/<finding_id>",
    operation_id="getFinding",
    summary="Read a finding: history, concerns, before and after",
    description="Members and words are shown to operators only. The cursor pages through the concerns.",
    tags=TAGS,
    responses=answers(200, FindingDetail, "The finding", ForbiddenError, NotFoundError, InvalidCursorError),
)
def finding(
    finding_id: FindingIdPath, limit: LimitParameter = DEFAULT_LIMIT, after: CursorParameter = None
) -> Response[FindingDetail]:
    """Read a finding."""
    require_group(app.current_event.raw_event)
    found = work.read(finding_id)
    name = f"{LIST}/{finding_id}/concerns"
    concerns, last = findings_reading.concerns(finding_id, position(name, after), limit)
    personal = Group.OPERATOR in groups(app.current_event.raw_event)
    notes = findings_reading.notes_of(found) if personal else {}
    words = findings_reading.words_of(concerns) if personal else {}
    following = cursor(name, last) if last else None
    answer = FindingDetail(
        **_shown(found),
        history=tuple(finding_answers.step_answer(step, notes) for step in found.history),
        history_dropped=found.history_dropped,
        concerns=tuple(
            finding_answers.concern_answer(one, words.get(one.answer_id, ()), personal=personal) for one in concerns
        ),
        next=following,
        before=finding_answers.measure_answer(found.before),
        after=finding_answers.measure_answer(finding_measures.after(found, _today())),
    )
    return listed(answer, following, limit=limit)


@app.patch(
    "/findings/<finding_id>",
    operation_id="changeFinding",
    summary="Take a finding on, give it to others, postpone or dismiss it",
    description="Over the version you looked at. Repeating it is safe.",
    tags=TAGS,
    responses=answers(
        200, FindingAnswer, "The finding", FindingStateError, ChangedMeanwhileError, UnknownDepartmentError, *REFUSED
    ),
)
def change(finding_id: FindingIdPath, body: FindingPatch) -> FindingAnswer:
    """Change a finding."""
    by = _by("change", finding_id, body)
    plan = work.change(finding_id, body.version, body.changes(), body.reason, departments_row.read(), by)
    logger.info("finding changed", finding_id=finding_id, fields=sorted(body.model_fields_set))
    return _answer(plan.answer)


@app.post(
    "/findings/<finding_id>/notes",
    operation_id="noteOnFinding",
    summary="Note something on a finding, such as how a call went",
    tags=TAGS,
    responses=answers(201, FindingAnswer, "The finding", *REFUSED, *KEYED),
)
def note(
    finding_id: FindingIdPath, body: FindingNoteRequest, idempotency_key: IdempotencyKey
) -> Response[FindingAnswer]:
    """Note something."""
    wish = work.Wish(body.text, body.member_id, body.outcome)
    return _taken(work.note(finding_id, idempotency_key, wish, _by("note", finding_id, body)))


@app.post(
    "/findings/<finding_id>/resolutions",
    operation_id="resolveFinding",
    summary="Resolve a finding, publish what was improved, tell the members concerned",
    description="Each member is told once. With `publish` false nothing is published and nobody told. "
    "Repeating it is safe.",
    tags=TAGS,
    responses=answers(201, FindingAnswer, "The finding", FindingStateError, *REFUSED),
)
def resolve(finding_id: FindingIdPath, body: ResolutionRequest) -> Response[FindingAnswer]:
    """Resolve a finding."""
    by = _by("resolve", finding_id, body)
    wish, filing = work.Wish(body.note), departments_row.read()
    plan = work.resolve(finding_id, body.public_zh, body.public_en, wish, filing, by, publish=body.publish)
    telling.begin(plan.answer, by.actor, by.trace, by.now)
    return _taken(plan)


@app.post(
    "/findings/<finding_id>/reopenings",
    operation_id="reopenFinding",
    summary="Open a finding again that was resolved or dismissed",
    description="What was published of it is withdrawn. Repeating it is safe.",
    tags=TAGS,
    responses=answers(201, FindingAnswer, "The finding", FindingStateError, FindingFollowedError, *REFUSED),
)
def reopen(finding_id: FindingIdPath, body: ReopeningRequest) -> Response[FindingAnswer]:
    """Reopen a finding."""
    return _taken(work.reopen(finding_id, body.reason, _by("reopen", finding_id, body)))


def _by(action: str, finding_id: str, body: Body) -> By:
    """Return who of the operators asks for what."""
    event = app.current_event.raw_event
    login = require_group(event, Group.OPERATOR)
    wish: Mapping[str, object] = {"action": action, "finding": finding_id, "by": login, **body.model_dump(mode="json")}
    return By(login, utc_now(), fingerprint(wish), trace_id(event))


def _today() -> date:
    return local_date(utc_now(), time_zone())


def _shown(found: Finding) -> dict[str, object]:
    return finding_answers.shown(found, departments_row.remembered(), _today(), language(app))


def _answer(found: Finding) -> FindingAnswer:
    return FindingAnswer.model_validate(_shown(found))


def _taken(plan: Plan[Finding]) -> Response[FindingAnswer]:
    found = plan.answer
    logger.info("finding moved", finding_id=found.finding_id, state=found.state.value, replayed=plan.replayed)
    return created(_answer(found), f"/findings/{found.finding_id}", replayed=plan.replayed)


handler = entry_point(app)
