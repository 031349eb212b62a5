"""The three routes of a bulk file, the same for every kind: send, ask, approve.

POST …/imports ──> upload_url, status_url     PUT the file     GET status_url … until done
                                                   └─ credits points ─> POST …/approvals by a second person
"""

from typing import Annotated, Any

from aws_lambda_powertools.event_handler import APIGatewayHttpResolver, Response
from aws_lambda_powertools.event_handler.openapi.params import Path
from pydantic import Field

from loyalty import auth, http
from loyalty.auth import Group
from loyalty.clock import iso, utc_now
from loyalty.errors import ConflictError, ForbiddenError, IdempotencyKeyRequiredError, NotFoundError
from loyalty.http import Answer, Body, IdempotencyKey, answers
from loyalty.imports import advance, files, jobs, tasks
from loyalty.imports.jobs import Job, State
from loyalty.imports.kinds import FileKind
from loyalty.imports.progress import Step
from loyalty.imports.reasons import sentence

ImportId = Annotated[str, Path(pattern=r"^[0-9a-f]{32}$", description="The import's id.")]


class OwnImportError(ForbiddenError):
    """Who sent the file may not approve it."""

    code = "own_import"
    zh = "不能审批自己提交的导入文件，请由另一位审批人处理。"
    en = "You sent this file; another approver must approve it."


class NotAwaitingApprovalError(ConflictError):
    """The import waits for no approval; `state` says where it stands."""

    code = "import_not_awaiting_approval"
    zh = "该导入当前状态为 {state}，无需审批。"
    en = "This import awaits no approval: it is {state}."


class ImportRequest(Body):
    """Nothing needs to be said yet; the file says it all."""


class ApprovalRequest(Body):
    """Nothing needs to be said beside who says it."""


class StartedImport(Answer):
    """Where to PUT the file (within the hour), and where to ask how it goes."""

    import_id: str
    state: State
    upload_url: str
    status_url: str


class Reason(Answer):
    """Why a whole file was refused; nothing of it was imported."""

    code: Annotated[str, Field(examples=["missing_column"])]
    detail: str
    column: str | None = None
    row: int | None = None


class ImportStatus(Answer):
    """Where an import stands; once it is done, rows = accepted + known + refused.

    `report_url` gives the refused rows as CSV (`row,column,code`) for a quarter of an hour; ask again for a new one.
    """

    import_id: str
    kind: str
    state: State
    rows: int
    accepted: int
    known: int
    refused: int
    status_url: str
    created_at: str
    uploaded_at: str | None = None
    approved_at: str | None = None
    finished_at: str | None = None
    report_url: str | None = None
    reason: Reason | None = None


def import_routes(kind: FileKind) -> APIGatewayHttpResolver:
    """Return the resolver of a kind's routes below `/<kind>/imports`."""
    app = http.api()
    _add_start(app, kind)
    _add_status(app, kind)
    _add_approval(app, kind)
    return app


def _add_start(app: APIGatewayHttpResolver, kind: FileKind) -> None:
    @app.post(
        f"/{kind.name}/imports",
        summary=f"Start an import of {kind.name}",
        description=f"Columns: {', '.join(kind.columns)}; required: {', '.join(sorted(kind.required))}.",
        operation_id=f"start{kind.name.capitalize()}Import",
        tags=["imports"],
        responses=answers(202, StartedImport, "Where to send the file", ForbiddenError, IdempotencyKeyRequiredError),
    )
    def start(
        body: ImportRequest,  # noqa: ARG001 - declared, so that a field nobody knows is refused
        idempotency_key: IdempotencyKey,
    ) -> Response[StartedImport]:
        login = auth.require_group(app.current_event.raw_event, Group.OPERATOR, Group.MARKETER)
        job, created = jobs.create(kind.name, login, idempotency_key, utc_now())
        answer = StartedImport(
            import_id=job.import_id,
            state=job.state,
            upload_url=files.upload_url(kind.name, job.import_id),
            status_url=_status_url(job),
        )
        return _accepted(answer, job, replayed=not created)


def _add_status(app: APIGatewayHttpResolver, kind: FileKind) -> None:
    @app.get(
        f"/{kind.name}/imports/<import_id>",
        summary=f"Ask how an import of {kind.name} goes",
        operation_id=f"get{kind.name.capitalize()}Import",
        tags=["imports"],
        responses=answers(200, ImportStatus, "Where it stands", ForbiddenError, NotFoundError),
    )
    def status(import_id: ImportId) -> ImportStatus:
        auth.require_group(app.current_event.raw_event)
        return _status(_found(kind, import_id), http.language(app))


def _add_approval(app: APIGatewayHttpResolver, kind: FileKind) -> None:
    @app.post(
        f"/{kind.name}/imports/<import_id>/approvals",
        summary=f"Approve an import of {kind.name} that credits points",
        operation_id=f"approve{kind.name.capitalize()}Import",
        tags=["imports"],
        responses=answers(
            202, ImportStatus, "It is being applied", OwnImportError, NotFoundError, NotAwaitingApprovalError
        ),
    )
    def approve(
        import_id: ImportId,
        body: ApprovalRequest | None = None,  # noqa: ARG001 - as above
    ) -> Response[ImportStatus]:
        login = auth.require_group(app.current_event.raw_event, Group.APPROVER)
        before = _found(kind, import_id)
        job = _approved(before, login)
        return _accepted(_status(job, http.language(app)), job, replayed=before.state is not State.AWAITING_APPROVAL)


def _approved(job: Job, login: str) -> Job:
    """Let an import begin; a repetition by the same approver is answered alike.

    Raises:
        OwnImportError: if it is the sender who asks.
        NotAwaitingApprovalError: if it waits for nobody.
    """
    if job.created_by == login:
        raise OwnImportError
    approval = {"state": State.APPLYING, "approved_by": login, "approved_at": iso(utc_now())}
    changed = jobs.change(job.import_id, State.AWAITING_APPROVAL, **approval) or jobs.read(job.import_id)
    if changed is None or changed.approved_by != login:
        raise NotAwaitingApprovalError(state=changed.state.value if changed else None)
    if changed.state is State.APPLYING:
        tasks.begin(changed, Step.APPLY)
    return changed


def _found(kind: FileKind, import_id: str) -> Job:
    job = jobs.read(import_id)
    if job is None or job.kind != kind.name:
        raise NotFoundError
    return job


def _status(job: Job, language: str) -> ImportStatus:
    return ImportStatus(
        import_id=job.import_id,
        kind=job.kind,
        state=job.state,
        rows=job.rows,
        **advance.counted(job),
        status_url=_status_url(job),
        created_at=job.created_at,
        uploaded_at=job.uploaded_at or None,
        approved_at=job.approved_at or None,
        finished_at=job.finished_at or None,
        report_url=_report_url(job),
        reason=_reason(job, language),
    )


def _report_url(job: Job) -> str | None:
    if job.state not in {State.AWAITING_APPROVAL, State.APPLYING, State.DONE}:
        return None
    return files.report_url(job.kind, job.import_id, interim=job.state is not State.DONE)


def _reason(job: Job, language: str) -> Reason | None:
    return Reason(detail=sentence(job.reason["code"], language), **job.reason) if job.reason else None


def _status_url(job: Job) -> str:
    return f"/{job.kind}/imports/{job.import_id}"


def _accepted(answer: Answer, job: Job, *, replayed: bool) -> Response[Any]:
    response: Response[Any] = http.accepted(answer, _status_url(job))
    if replayed:
        response.headers["Idempotent-Replayed"] = "true"
    return response
