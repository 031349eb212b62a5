"""A finding on its way: complaints recur, somebody takes it on, it is resolved, published, and the members told.

Each step is taken from the state the finding is in, so a rerun only reads.
"""

from collections.abc import Mapping
from typing import Any

from local.demo.api import Api
from local.demo.waiting import wait_for

STAFF = "operator"
SUBJECT = "queue.too_long"
PUBLIC_ZH = "兑换台增开两个窗口，周末设现场引导，平均等候不到十分钟。"
PUBLIC_EN = "Two more redemption counters, and a guide for the queue at weekends: under ten minutes on average."
Row = Mapping[str, Any]
Finding = Row


def of_complaint(api: Api, tenant_id: str) -> Finding:
    """The finding that the recurring complaint opened.

    Raises:
        DemoError: there is none within some minutes.
    """

    def look() -> Finding | None:
        found = (one for path in ("/findings", "/findings?state=resolved") for one in api.items(STAFF, path))
        return next((one for one in found if (one["subject_code"], one["tenant_id"]) == (SUBJECT, tenant_id)), None)

    return wait_for(look, f"There is no finding on {SUBJECT}")


def settled(api: Api, finding: Finding, survey_id: str) -> Finding:
    """The finding when all answers to a survey that complain are attached to it.

    Raises:
        DemoError: they are not within some minutes.
    """
    path = f"/findings/{finding['finding_id']}"
    answers = sum(_complains(one, finding) for one in api.items(STAFF, f"/surveys/{survey_id}/answers"))

    def look() -> Finding | None:
        found = api.expect(200, STAFF, "GET", path)
        return found if found["answers"] >= answers else None

    return wait_for(look, f"The finding has not heard {answers} complaints")


def take_on(api: Api, finding: Finding, owner: str) -> Finding:
    """Its owner begins to work on it."""
    if finding["state"] != "open":
        return finding
    change = {"version": finding["version"], "state": "in_progress", "owner": owner}
    return api.expect(200, STAFF, "PATCH", f"/findings/{finding['finding_id']}", change)


def resolve(api: Api, finding: Finding) -> Finding:
    """It is resolved, in words for everybody."""
    if finding["state"] == "resolved":
        return finding
    wish = {"public_zh": PUBLIC_ZH, "public_en": PUBLIC_EN}
    return api.expect(201, STAFF, "POST", f"/findings/{finding['finding_id']}/resolutions", wish)


def before(api: Api, finding: Finding) -> str:
    """How its subject stood before it was resolved; what comes after is compared with it."""
    measured = api.expect(200, STAFF, "GET", f"/findings/{finding['finding_id']}")["before"]
    if measured is None or measured["is_hidden"]:
        return "hidden under 5 answers"
    return f"{measured['complaints']} of {measured['answers']} answers complained of it"


def published(api: Api, finding: Finding) -> str:
    """What everybody reads of it.

    Raises:
        DemoError: nothing within some minutes.
    """

    def look() -> str | None:
        found = api.items("", "/improvements")
        return next((one["text"] for one in found if one["improvement_id"] == finding["finding_id"]), None)

    return wait_for(look, "The improvement is not published")


def members_told(api: Api, finding: Finding) -> int:
    """How many members were told, as soon as all are who complained.

    Raises:
        DemoError: some are not within some minutes.
    """
    path = f"/findings/{finding['finding_id']}"

    def look() -> int | None:
        found = api.expect(200, STAFF, "GET", f"{path}?limit=100")
        told = {one["member_id"] for one in found["concerns"] if one["told_at"]}
        return len(told) if len(told) >= found["members"] else None

    return wait_for(look, "Not every member was told")


def _complains(answer: Row, finding: Finding) -> bool:
    is_about_it = finding["subject_code"] in answer["complaints"] and answer["tenant_id"] == finding["tenant_id"]
    return is_about_it and (answer["sentiment"] == "negative" or bool(answer["low"]))
