"""Waiting until the lake has the receipts that were handed over, and the live figures the coupons (ADR 0925).

In the cloud that is a matter of minutes. The local cloud gives ten events at a time to a consumer and writes a file for
each of them, so it is behind by some minutes after an import of thousands of receipts.
"""

import time
from collections.abc import Callable

from local.console import Progress
from local.demo.api import Api, DemoError
from local.demo.report.asking import STAFF, Period

_POLL_SECONDS = 5
_MAX_SECONDS = 1_800


def await_receipts(api: Api, period: Period, receipts: int) -> None:
    """Wait until the lake knows so many receipts of a period.

    Raises:
        DemoError: it does not within half an hour.
    """
    path = f"/insight/baskets?level=category&from={period.first}&to={period.last}"

    def look() -> int:
        answer = api.call(STAFF, "GET", path)
        # Busy is an answer too: the lake is asked again. Whatever else it is would not get better.
        if answer.status not in {200, 503}:
            raise DemoError(f"GET {path} was answered {answer.status}: {dict(answer.body)}")
        return int(answer.body["baskets"]) if answer.status == 200 else 0

    _wait("receipts in the lake", look, receipts)


def await_coupons(api: Api, period: Period, coupons: int) -> None:
    """Wait until the live figures have counted so many issued coupons.

    Raises:
        DemoError: they have not within half an hour.
    """
    path = f"/insight/funnel?from={period.first}&to={period.last}&by=tier"
    _wait("coupons in the funnel", lambda: int(api.expect(200, STAFF, "GET", path)["total"]["issued"]), coupons)


def _wait(what: str, look: Callable[[], int], wanted: int) -> None:
    progress = Progress(what)
    deadline = time.monotonic() + _MAX_SECONDS
    while (found := look()) < wanted:
        progress.update(f"{found:,} of {wanted:,}")
        if time.monotonic() > deadline:
            raise DemoError(f"After {_MAX_SECONDS // 60} minutes there are {found:,} of {wanted:,} {what}.")
        time.sleep(_POLL_SECONDS)
    progress.done(f"{found:,}")
