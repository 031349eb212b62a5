"""Rules of survey definitions: recurrences, conditions that can be met, masking, what is shown."""

import time
from datetime import UTC, date, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from dateutil.rrule import rrulestr  # type: ignore[import-untyped]
from hypothesis import given, settings
from hypothesis import strategies as st

from functions.survey import masking
from functions.survey.defining.asking_conditions import FieldKind, kind_at
from functions.survey.definition import Survey
from functions.survey.form import shown
from functions.survey.inviting.schedules import due_runs
from loyalty.clock import local_date
from loyalty.recurrence import WEEKDAYS, WrongRecurrenceError, recurrence
from loyalty.surveys.occasion import TriggerEvent

DAYS = st.dates(date(2000, 1, 1), date(2060, 12, 31))
WINDOW = 800


@st.composite
def rules(draw: st.DrawFn) -> str:
    """A recurrence that means something: what its frequency allows, in the ranges that exist."""
    freq = draw(st.sampled_from(["DAILY", "WEEKLY", "MONTHLY", "YEARLY"]))
    parts = [f"FREQ={freq}", f"INTERVAL={draw(st.integers(1, 5))}"]
    if draw(st.booleans()):
        parts.append("BYMONTH=" + _some(draw, st.integers(1, 12)))
    if freq != "WEEKLY" and draw(st.booleans()):
        parts.append("BYMONTHDAY=" + _some(draw, st.integers(1, 31) | st.integers(-31, -1)))
    if draw(st.booleans()):
        # Either all are counted or none: of both together the library takes what is in both, RFC 5545 what is in one.
        counted = freq in {"MONTHLY", "YEARLY"} and draw(st.booleans())
        ordinal = st.sampled_from(["1", "+2", "-1"]) if counted else st.just("")
        parts.append("BYDAY=" + _some(draw, st.builds(str.__add__, ordinal, st.sampled_from(WEEKDAYS))))
    if (
        freq in {"MONTHLY", "YEARLY"}
        and any(part.startswith(("BYDAY", "BYMONTHDAY")) for part in parts)
        and draw(st.booleans())
    ):
        parts.append("BYSETPOS=" + _some(draw, st.sampled_from([1, 2, -1])))
    return ";".join(parts)


def midnight(day: date) -> datetime:
    return datetime(day.year, day.month, day.day, tzinfo=UTC)


def _some(draw: st.DrawFn, values: st.SearchStrategy[Any]) -> str:
    return ",".join(map(str, draw(st.lists(values, min_size=1, max_size=3, unique=True))))


@settings(max_examples=100, deadline=None)
@given(rules(), DAYS)
def test_a_recurrence_names_the_days_that_rfc_5545_does(rule: str, since: date) -> None:
    ours = recurrence(rule, since)
    begins, last = midnight(since), since + timedelta(days=WINDOW)
    # The library would search until 9999 where there is no day: a second rule, which always has one, ends its search.
    sentinel = f"RRULE:{rule}\nRDATE:20990101T000000Z"
    if not any(ours.is_on(since + timedelta(days=n)) for n in range(WINDOW)) and not ours.comes_true():
        return
    theirs = rrulestr(sentinel, dtstart=begins, forceset=True)
    expected = {one.date() for one in theirs.between(begins, midnight(last), inc=True)}
    found = {since + timedelta(days=n) for n in range(WINDOW + 1) if ours.is_on(since + timedelta(days=n))}
    assert found == expected


HOSTILE = [
    "",
    "FREQ=",
    "FREQ=SECONDLY",
    "FREQ=MINUTELY",
    "FREQ=DAILY;COUNT=999999999",
    "FREQ=DAILY;UNTIL=99991231",
    "FREQ=DAILY;FREQ=DAILY",
    "FREQ=DAILY;INTERVAL=0",
    "FREQ=DAILY;INTERVAL=999",
    "FREQ=DAILY;INTERVAL=１",
    "FREQ=DAILY;BYMONTH=0",
    "FREQ=DAILY;BYMONTH=13",
    "FREQ=MONTHLY;BYMONTHDAY=32",
    "FREQ=MONTHLY;BYDAY=0MO",
    "FREQ=MONTHLY;BYDAY=+MO",
    "FREQ=MONTHLY;BYDAY=54MO",
    "FREQ=WEEKLY;BYDAY=2MO",
    "FREQ=WEEKLY;BYDAY=XX",
    "FREQ=YEARLY;BYEASTER=0",
    "FREQ=YEARLY;BYWEEKNO=1",
    "FREQ=DAILY;BYHOUR=1,2,3",
    "RRULE:FREQ=DAILY",
    "FREQ=DAILY\nEXDATE:20260101",
    "FREQ=DAILY;",
    "__import__('os')",
    "<script>alert(1)</script>",
]


@pytest.mark.parametrize("rule", HOSTILE)
def test_what_is_not_understood_is_refused(rule: str) -> None:
    with pytest.raises(WrongRecurrenceError):
        recurrence(rule, date(2026, 1, 1))


@settings(max_examples=300, deadline=None)
@given(st.text(alphabet="FREQDAILYWKMONTHBS=;,-+0123456789", max_size=200))
def test_no_text_breaks_it(text: str) -> None:
    try:
        found = recurrence(f"FREQ=YEARLY;{text}", date(2026, 1, 1))
    except WrongRecurrenceError:
        return
    assert found.comes_true() in {True, False}


NEVER = ["FREQ=DAILY;BYMONTH=2;BYMONTHDAY=30", "FREQ=YEARLY;BYMONTHDAY=31;BYMONTH=4", "FREQ=MONTHLY;BYDAY=6MO"]


@pytest.mark.parametrize("rule", NEVER)
def test_a_rule_that_never_comes_true_is_known_in_no_time(rule: str) -> None:
    begun = time.process_time()
    assert not recurrence(rule, date(2000, 1, 1)).comes_true()
    assert time.process_time() - begun < 1


def survey(**changes: Any) -> Survey:
    question = {"code": "ease", "kind": "scale", "dimension": "ease", "zh": "方便吗？"}
    return Survey.model_validate({"title_zh": "兑换", "questions": [question], **changes})


def on_days(rule: str, starts_on: str = "2026-01-01", hour: int = 10) -> dict[str, Any]:
    audience = {"members": ["member-anna"]}
    return {"on_schedule": {"rrule": rule, "starts_on": starts_on, "hour": hour, "audience": audience}}


def test_a_schedule_is_due_at_its_hour_of_the_mall() -> None:
    weekly = survey(**on_days("FREQ=WEEKLY;BYDAY=FR"))
    friday = datetime(2026, 11, 20, 2, tzinfo=UTC)
    a_day = timedelta(hours=26)
    assert due_runs(weekly, friday - a_day, friday, "Asia/Shanghai") == [friday]
    assert due_runs(weekly, friday - a_day, friday - timedelta(seconds=1), "Asia/Shanghai") == []
    assert due_runs(weekly, friday, friday + a_day, "Asia/Shanghai") == []
    assert due_runs(survey(), friday - a_day, friday, "Asia/Shanghai") == []
    ended = survey(**on_days("FREQ=DAILY"), valid_until="2026-11-20T02:00:00Z")
    assert due_runs(ended, friday - timedelta(hours=1), friday, "Asia/Shanghai") == []


@pytest.mark.parametrize("hour", [0, 1, 2, 3, 23])
@pytest.mark.parametrize("day", [date(2026, 3, 28), date(2026, 3, 29), date(2026, 10, 24), date(2026, 10, 25)])
def test_every_day_has_one_run_also_when_the_clocks_change(day: date, hour: int) -> None:
    daily, berlin = survey(**on_days("FREQ=DAILY", hour=hour)), ZoneInfo("Europe/Berlin")
    begins, ends = (
        datetime(one.year, one.month, one.day, tzinfo=berlin).astimezone(UTC) - timedelta(seconds=1)
        for one in (day, day + timedelta(days=1))
    )
    hours = [begins + timedelta(hours=n) for n in range(int((ends - begins).total_seconds()) // 3600)]
    runs = [run for at in hours for run in due_runs(daily, at, at + timedelta(hours=1), "Europe/Berlin")]
    assert [local_date(run, "Europe/Berlin") for run in runs] == [day]


@pytest.mark.parametrize(
    ("event", "path", "kind"),
    [
        ("CouponRedeemed", "tenant_id", FieldKind.TEXT),
        ("CouponRedeemed", "off", FieldKind.NUMBER),
        ("CouponRedeemed", "valid_until", FieldKind.TEXT),
        ("PointsRedeemed", "receipt", FieldKind.PART),
        ("PointsRedeemed", "receipt.tenant_id", FieldKind.TEXT),
        ("PointsRedeemed", "legs", FieldKind.PART),
        ("PointsRedeemed", "legs.points", None),
        ("PointsRedeemed", "receipt.tenant_id.x", None),
        ("TierChanged", "off", None),
        ("MemberEnrolled", "member_kind", FieldKind.TEXT),
    ],
)
def test_what_stands_at_a_path_is_read_from_the_published_event(event: str, path: str, kind: FieldKind | None) -> None:
    assert kind_at(event, path) is kind


def test_every_trigger_has_a_published_event() -> None:
    assert all(kind_at(event, "no_such_field") is None for event in TriggerEvent)


@pytest.mark.parametrize(
    ("text", "masked"),
    [
        ("打 13800138000 找我", "打 *** 找我"),
        ("138-0013-8000", "***"),
        ("１３８ ００１３ ８０００", "***"),
        ("+86 (138) 0013.8000!", "***!"),
        ("卡号6222 0210 0112 3456 789", "卡号***"),
        ("邮箱ann.lee+x@mail.example.com。谢谢", "邮箱***。谢谢"),
        ("Ann@Example.CO.UK", "***"),
        ("价格 1999 元，等了 20 分钟", "价格 1999 元，等了 20 分钟"),
        ("12345", "***"),
        ("1234 元", "1234 元"),
        ("@all 😀 a@b", "@all 😀 a@b"),
        ("1" * 10_000, "***"),
    ],
)
def test_long_numbers_and_addresses_are_masked(text: str, masked: str) -> None:
    assert masking.masked(text) == masked


@given(st.text(max_size=200))
def test_nothing_masked_has_five_digits_in_a_row_and_masking_twice_changes_nothing(text: str) -> None:
    once = masking.masked(text)
    run = longest = 0
    for letter in once:
        run = run + 1 if letter.isdecimal() else 0
        longest = max(longest, run)
    assert longest < masking.LEAST_DIGITS
    assert masking.masked(once) == once


@pytest.mark.parametrize("text", ["a@" * 5_000, "1 " * 5_000, "a." * 5_000 + "@", "1..." * 2_500, "-" * 10_000])
def test_masking_is_quick_whatever_is_written(text: str) -> None:
    begun = time.process_time()
    masking.masked(text)
    assert time.process_time() - begun < 1


def test_what_is_shown_falls_back_to_chinese_text_by_text() -> None:
    choices = [{"code": "a", "zh": "甲", "en": "A"}, {"code": "b", "zh": "乙"}]
    pick = {"code": "pick", "kind": "multiple", "zh": "选", "en": "Pick", "choices": choices}
    found = shown("survey-1", 3, survey(questions=[pick], intro_zh="你好"), "en")
    (question,) = found.questions
    assert (found.version, found.title, found.intro, found.thanks, found.language) == (3, "兑换", "你好", None, "en")
    assert (question.text, question.most, [one.text for one in question.choices]) == ("Pick", 2, ["A", "乙"])


def test_who_approves_the_points_of_an_answer_approves_how_often_they_come() -> None:
    asked = {"title_zh": "问卷", "questions": [{"kind": "text", "code": "more", "zh": "还想说什么？"}]}
    reward = {"points": 20}

    assert Survey.model_validate(asked | {"once_days": 0}).reward is None
    assert Survey.model_validate(asked | {"once_days": 1, "reward": reward}).reward
    with pytest.raises(ValueError, match="once_days"):
        Survey.model_validate(asked | {"once_days": 0, "reward": reward})
