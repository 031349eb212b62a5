"""Complete answers as staff read them, newest first: whole for operators, without persons for everybody else."""

from functions.survey.answers import answer_row
from functions.survey.answers.answer_models import GivenAnswer
from functions.survey.masking import masked
from loyalty import dynamo, offers
from loyalty.dynamo import Item, to_item
from loyalty.surveys import running
from loyalty.surveys.settings import table

INDEX = "by_shelf"
SERIES = "series_id"


def page(survey_id: str, limit: int, after: str | None, *, whole: bool) -> tuple[tuple[GivenAnswer, ...], str | None]:
    """Return up to `limit` answers to a survey in all its versions, and the place of the last one, if more follow.

    Args:
        after: the `placed` of the page before's last answer.
        whole: whether the reader may know whose they are, and read the words as they were written.

    Raises:
        NotFoundError: there is no such survey.
    """
    shelf = answer_row.shelf(_series(survey_id))
    start = {"ExclusiveStartKey": to_item(_index_key(shelf, after))} if after else {}
    answer = dynamo.client().query(
        TableName=table(),
        IndexName=INDEX,
        KeyConditionExpression="shelf = :shelf",
        ExpressionAttributeValues=to_item({":shelf": shelf}),
        ScanIndexForward=False,
        Limit=limit,
        **start,
    )
    rows = [dynamo.from_item(item) for item in answer["Items"]]
    last = rows[-1]["placed"] if rows and "LastEvaluatedKey" in answer else None
    return tuple(_whole(row) if whole else without_persons(row) for row in rows), last


def without_persons(row: Item) -> GivenAnswer:
    """Return an answer without whose it is, and without numbers and addresses in its words."""
    found = _whole(row)
    texts = tuple(one.model_copy(update={"text": masked(one.text)}) for one in found.texts)
    because = tuple(masked(phrase) for phrase in found.because)
    return found.model_copy(update={"member_id": None, "texts": texts, "because": because})


def _whole(row: Item) -> GivenAnswer:
    nothing = {"scores": (), "choices": (), "texts": (), "low": (), "aspects": (), "complaints": (), "because": ()}
    return GivenAnswer.model_validate(nothing | row | {"survey_id": row["survey"]})


def _series(survey_id: str) -> str:
    offer = offers.read(running.catalogue(), survey_id)
    return str((offer.facts or {}).get(SERIES, survey_id))


def _index_key(shelf: str, placed: str) -> dict[str, str]:
    return {"shelf": shelf, "placed": placed, **answer_row.key(placed.rsplit("/", 1)[1])}
