"""Comments found elsewhere, as they are sent, and what is said about them (requirement S7)."""

from typing import Annotated, Any

from pydantic import ConfigDict, Field, WithJsonSchema

from functions.survey.answers.answer_models import Locale
from functions.survey.answers.comments import Comment, Imported
from loyalty.fields import Instant, TenantIdField
from loyalty.http import Answer, Body
from loyalty.parts import Code

MOST_COMMENTS = 200


class FoundComment(Body):
    """A comment found elsewhere; `source` and `id` say which one it is, `text` may have 10,000 characters."""

    id: Annotated[str, Field(pattern=r"^[\x21-\x7e]{1,128}$", examples=["4912037755"])]
    text: Annotated[Any, WithJsonSchema({"type": "string", "examples": ["停车场出口太堵了"]})]
    source: Annotated[Code, Field(examples=["weibo"])]
    locale: Locale = "zh"
    at: Instant | None = None
    tenant_id: TenantIdField | None = None


class CommentsRequest(Body):
    """Comments to keep as answers of nobody known."""

    model_config = ConfigDict(
        json_schema_extra={
            "examples": [{"comments": [{"id": "4912037755", "text": "停车场出口太堵了", "source": "weibo"}]}]
        }
    )

    comments: Annotated[tuple[FoundComment, ...], Field(min_length=1, max_length=MOST_COMMENTS)]


class RefusedComment(Answer):
    """A comment that was not kept: `not_text`, `empty`, `text_too_long`, `bad_time`."""

    id: str
    code: str


class CommentsAnswer(Answer):
    """What became of the comments."""

    model_config = ConfigDict(
        json_schema_extra={
            "examples": [{"accepted": 1, "known": 0, "refused": [{"id": "4912037756", "code": "empty"}]}]
        }
    )

    accepted: int
    known: int
    refused: tuple[RefusedComment, ...]


def comment_of(sent: FoundComment) -> Comment:
    """Return a comment as it was sent."""
    return Comment(sent.id, sent.text, sent.source, sent.locale, sent.at, sent.tenant_id)


def comments_answer(imported: Imported) -> CommentsAnswer:
    """Return what became of comments."""
    refused = tuple(RefusedComment(id=comment_id, code=why) for comment_id, why in imported.refused)
    return CommentsAnswer(accepted=imported.accepted, known=imported.known, refused=refused)
