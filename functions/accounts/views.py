"""Reading an account and its statement, for whoever may see it."""

from typing import Any

from aws_lambda_powertools.event_handler import Response

from functions.accounts import statement
from functions.accounts.errors import AccountNotFoundError
from functions.accounts.models import EntriesAnswer, PointsAnswer, entry_answer, points_answer
from loyalty import account_store, naming, paging, programme_store
from loyalty.clock import local_day, utc_now
from loyalty.settings import time_zone
from loyalty.types import MemberId


def points(member_id: MemberId | None, language: str) -> PointsAnswer:
    """Return a member's account as it stands now, read consistently: a till just wrote it.

    Raises:
        AccountNotFoundError: if there is none.
    """
    now = utc_now()
    account = account_store.read(member_id, consistent=True) if member_id else None
    if account is None:
        raise AccountNotFoundError
    return points_answer(account, programme_store.current(now), local_day(now, time_zone()), language)


def entries(member_id: MemberId | None, limit: int, cursor: str | None, language: str) -> Response[Any]:
    """Return a page of a member's statement, newest first.

    Raises:
        AccountNotFoundError: if there is no such account.
        InvalidCursorError: if the cursor is not one this list gave out.
    """
    if member_id is None or account_store.read(member_id) is None:
        raise AccountNotFoundError
    before = paging.position(member_id, cursor)
    found, following = statement.page(member_id, limit, int(before) if before else None)
    next_cursor = paging.cursor(member_id, str(following)) if following else None
    names = naming.names(found, utc_now(), language)
    page = EntriesAnswer(items=[entry_answer(entry, language, names) for entry in found], next=next_cursor)
    return paging.listed(page, next_cursor, limit=limit)
