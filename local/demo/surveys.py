"""A survey at work: offered after a redemption, answered in every way there is, counted, reported.

Who has answered is asked by nobody again, so each step looks first whether an earlier run has taken it.
"""

import re
from collections.abc import Iterator, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass
from datetime import datetime, time, timedelta
from typing import Any

from local.demo.api import Api, DemoError
from local.demo.days import DemoCalendar
from local.demo.visits import Visitor
from local.demo.waiting import wait_for

SURVEY = "redemption"
STAFF = "operator"
LATE_HOURS = 14 * 24
"""The demo's visits are of last week, and asked about all the same; a mall would not ask so late."""
LEAST = 5
"""Of fewer answers nothing is told."""
OPERATIONS = "operations"
OWNER = "ling"
_ASKED_SECONDS = 30
_FIELD = re.compile(r'name="([nct]\.\w+)"')
Row = Mapping[str, Any]


@dataclass(frozen=True)
class Reply:
    """What a visitor says of the redemption.

    Attributes:
        way: "app", "app in two steps", "link" or "telephone".
        answers: by question.
    """

    way: str
    answers: Row


def _said(way: str, scores: tuple[int, int, int, int], words: str) -> Reply:
    questions = ("ease", "usefulness", "service", "recommend")
    return Reply(way, {**dict(zip(questions, scores, strict=True)), "words": words})


REPLIES = (
    _said("app", (3, 8, 6, 6), "兑换台排队太久，等了四十分钟"),
    _said("app", (9, 10, 10, 10), "服务人员态度很好，很快就办好了"),
    _said("app in two steps", (8, 9, 8, 9), "停车减免要是能自动到账就更好了"),
    _said("link", (8, 9, 9, 9), "Friendly staff, thank you!"),
    _said("telephone", (6, 8, 7, 7), "排队排了半个小时，只开了一个窗口"),
)
"""One of each visitor, in their order; the first and the last were at the same tenant's."""
COMMENTS: tuple[tuple[str, str, str, bool], ...] = (
    ("weibo", "zh", "周末去兑换礼品，排队排了快一个小时", True),
    ("weibo", "zh", "兑换台的队太长了，排队太久，最后没换成", True),
    ("xiaohongshu", "zh", "兑换排队太久了，建议多开几个窗口", True),
    ("xiaohongshu", "zh", "想换的折叠伞又没货了，白跑一趟", False),
    ("dianping", "zh", "礼品兑完了，也没有人说一声", False),
    ("dianping", "zh", "停车场出口太堵了，开出来花了二十分钟", False),
    ("weibo", "zh", "会员日的礼物很用心，谢谢", False),
    ("weibo", "zh", "请问积分年底会清零吗？", False),
    ("google_maps", "en", "The queue for gifts was far too long, we waited forty minutes.", True),
    ("google_maps", "en", "Lovely new play area, the staff were very kind.", False),
)
"""Found elsewhere: source, language, words, and whether it is about the first visitor's tenant."""


def put_settings(api: Api) -> bool:
    """The mall sets who looks into what; tell whether it had to be set."""
    standing = api.expect(200, STAFF, "GET", "/survey-settings")
    named = [
        {**one, "owner": OWNER, "due_days": 5} if one["code"] == OPERATIONS else one for one in standing["departments"]
    ]
    wanted = {
        **{name: value for name, value in standing.items() if name not in {"changed_by", "changed_at"}},
        "late_hours": LATE_HOURS,
        "departments": named,
        "filed_to": {**standing["filed_to"], "ease": OPERATIONS},
    }
    if all(standing[name] == value for name, value in wanted.items()):
        return False
    api.expect(200, STAFF, "PUT", "/survey-settings", wanted)
    return True


def answered(api: Api, survey_id: str) -> dict[str, Row]:
    """The answers to a survey by the member who gave them; staff may see that."""
    found = api.items(STAFF, f"/surveys/{survey_id}/answers")
    return {one["member_id"]: one for one in found if one.get("member_id")}


def waiting(api: Api, visitors: Sequence[Visitor], survey_id: str) -> dict[int, Row]:
    """The survey in the members' apps, by the visitors' numbers; for those who miss it, looked for some seconds."""
    found = dict[int, Row]()

    def look() -> bool | None:
        for visitor in visitors:
            there = (one for one in api.items(visitor.login, "/me/surveys") if one["survey_id"] == survey_id)
            found.update((visitor.number, one) for one in there)
        return len(found) == len(visitors) or None

    with suppress(DemoError):
        wait_for(look, "Not everybody was asked", _ASKED_SECONDS)
    return found


def answer(api: Api, visitor: Visitor, reply: Reply, invitation: Row) -> str:
    """The visitor answers; return what is to be told of it.

    Args:
        invitation: as the till's answer tells of it, or the app's list, which has no link.
    """
    invitation_id = str(invitation["invitation_id"])
    match reply.way:
        case "link" if "link" in invitation:
            return _by_link(api, str(invitation["link"]), reply)
        case "telephone":
            return _by_telephone(api, visitor, str(invitation["survey_id"]), invitation_id, reply)
        case "app in two steps":
            return _in_two_steps(api, visitor, invitation_id, reply)
    return f"in the app: {_in_app(api, visitor, invitation_id, reply)}"


def _in_app(api: Api, visitor: Visitor, invitation_id: str, reply: Reply) -> str:
    body = {"answers": reply.answers, "complete": True}
    return _thanked(api.expect(201, visitor.login, "POST", f"/me/surveys/{invitation_id}", body))


def _in_two_steps(api: Api, visitor: Visitor, invitation_id: str, reply: Reply) -> str:
    path, first = f"/me/surveys/{invitation_id}", dict(list(reply.answers.items())[:2])
    api.expect(200, visitor.login, "POST", path, {"answers": first, "complete": False})
    kept = api.expect(200, visitor.login, "GET", path)["answers"]
    return f"in two steps, {len(kept)} answers were kept: {_in_app(api, visitor, invitation_id, reply)}"


def _by_link(api: Api, link: str, reply: Reply) -> str:
    page = api.page(link)
    fields = dict.fromkeys(_FIELD.findall(page))
    api.page(link, {name: reply.answers[name[2:]] for name in fields})
    return f"by the link, without app or login: a page of {len(fields)} questions in {len(page.encode()) / 1000:.0f} kB"


def _by_telephone(api: Api, visitor: Visitor, survey_id: str, invitation_id: str, reply: Reply) -> str:
    body = {
        "mode": "telephone",
        "member_id": member_id(api, visitor),
        "invitation_id": invitation_id,
        "answers": reply.answers,
    }
    receipt = api.expect(201, STAFF, "POST", f"/surveys/{survey_id}/answers", body, key=f"demo-{visitor.number}")
    return f"on the telephone, staff enter it: {_thanked(receipt)}"


def _thanked(receipt: Row) -> str:
    reward = receipt["reward"]
    return f"{reward['points']} {reward['purse']} points" if reward else "thanks"


def member_id(api: Api, visitor: Visitor) -> str:
    """The member's id."""
    return str(api.expect(200, visitor.login, "GET", "/me")["member_id"])


def import_comments(api: Api, survey_id: str, tenant_id: str, calendar: DemoCalendar) -> Row:
    """Comments found elsewhere become answers; those that are known change nothing."""
    begin = datetime.combine(calendar.till_day, time(18), calendar.zone)
    found = [
        {
            "id": f"demo-{number}",
            "source": source,
            "locale": locale,
            "text": text,
            "at": (begin - timedelta(hours=number)).isoformat(),
            **({"tenant_id": tenant_id} if is_theirs else {}),
        }
        for number, (source, locale, text, is_theirs) in enumerate(COMMENTS)
    ]
    return api.expect(200, STAFF, "POST", f"/surveys/{survey_id}/comments", {"comments": found})


def report(api: Api, survey_id: str) -> Row:
    """The report, as soon as it has counted every answer.

    Raises:
        DemoError: it did not within some minutes.
    """
    path = f"/surveys/{survey_id}"
    given = sum(1 for _ in api.items(STAFF, f"{path}/answers"))

    def look() -> Row | None:
        found = api.expect(200, "marketer", "GET", f"{path}/report?by=channel")
        return found if found["answers"] == given or (found["hidden"] and given < LEAST) else None

    return wait_for(look, f"The report has not counted {given} answers")


def told(found: Row) -> Iterator[str]:
    """The lines of a report."""
    if found["hidden"]:
        yield "the report is hidden: under five answers"
        return
    asked = found["response"]
    share = f"; {asked['answered']} of {asked['invited']} invited, percent {_interval(asked, 'rate')}" if asked else ""
    yield f"{found['answers']} answers{share}"
    scales = [*found["dimensions"], *([found["recommendation"]] if found["recommendation"] else [])]
    yield "; ".join(f"{one['group']} {_scored(one)}" for one in scales)
    channels = found["slices"]["groups"]
    yield "by channel: " + ", ".join(f"{one['group']} {_counted(one)}" for one in channels)
    complaints = found["words"]["complaints"] if found["words"] else []
    yield "complaints: " + ", ".join(f"{one['en']} {one['n']}" for one in complaints[:4])


def _scored(one: Row) -> str:
    return "hidden under 5" if one["hidden"] else _interval(one, "mean" if "mean" in one else "score")


def _interval(one: Row, name: str) -> str:
    return f"{one[name]:.1f} ({one['low']:.1f} to {one['high']:.1f})"


def _counted(one: Row) -> str:
    return "hidden under 5" if one["hidden"] else str(one["answers"])


def invite(api: Api, visitors: Sequence[Visitor], survey_id: str) -> int:
    """Staff ask by hand, as a mall does that had no surveys when members redeemed; return how many were asked.

    Raises:
        DemoError: the job failed, or did not end.
    """
    key = "demo-" + "-".join(str(visitor.number) for visitor in visitors)
    members = [member_id(api, visitor) for visitor in visitors]
    started = api.expect(202, STAFF, "POST", f"/surveys/{survey_id}/invitations", {"members": members}, key=key)
    return int(_done(api, started)["counts"].get("asked", 0))


def dry_run(api: Api, survey_id: str, calendar: DemoCalendar) -> Row:
    """Who would have been asked, had the survey been running alone: the counts of the job.

    Raises:
        DemoError: the job failed, or did not end.
    """
    begin = datetime.combine(calendar.till_day, time(), calendar.zone)
    body = {"from": begin.isoformat(), "until": (begin + timedelta(days=14)).isoformat()}
    return dict(
        _done(api, api.expect(202, STAFF, "POST", f"/surveys/{survey_id}/dry-runs", body, key="demo"))["counts"]
    )


def _done(api: Api, started: Row) -> Row:
    def look() -> Row | None:
        job = api.expect(200, STAFF, "GET", started["status_url"])
        return job if job["state"] in {"done", "failed"} else None

    job = wait_for(look, f"The job {started['status_url']} has not ended")
    if job["state"] == "failed":
        raise DemoError(f"The job failed: {dict(job)}")
    return job


def replies(visitors: Sequence[Visitor]) -> Iterator[tuple[Visitor, Reply]]:
    """Each visitor with what she says."""
    yield from zip(visitors, REPLIES, strict=True)
