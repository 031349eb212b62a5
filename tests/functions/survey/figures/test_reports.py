"""A survey's report: what it tells, in how few calls, and to whom (requirements S, C6, K1)."""

import csv
import io
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import replace
from typing import Any

import pytest

from functions.survey import reports
from functions.survey.reporting import counting, figures_read
from functions.survey.reporting.counting import RowKey
from loyalty import catalogue, dynamo
from loyalty.surveys import books, running
from tests.functions.survey.figures.stories import SERIES, answer, deliver, detail, scored
from tests.support import Context, HttpAnswer, call, http_event, staff_caller

SECOND = "a" * 24
AUDITOR = staff_caller("auditor", login="ada")
MOTO_PAGE = "moto.dynamodb.models.table.RESULT_SIZE_LIMIT"
JULY = {"from": "2026-07-01", "until": "2026-07-31"}


@pytest.fixture(autouse=True)
def survey(cloud: Any) -> None:
    """A survey in two versions."""
    for offer_id, facts in ((SERIES, {}), (SECOND, {"series_id": SERIES, "number": 2})):
        offer = catalogue.drafted(offer_id, {}, "mei", "2026-06-01T00:00:00.000Z")
        for part in running.catalogue().put_if_absent(replace(offer, facts=facts)):
            dynamo.client().put_item(**part["Put"])


def ask(survey_id: str = SERIES, /, caller: Mapping[str, Any] = AUDITOR, query: Mapping[str, str] = JULY) -> HttpAnswer:
    """Ask for a report."""
    return call(reports.handler, http_event(f"GET /surveys/{survey_id}/report", caller=caller, query=query))


def july(**query: str) -> Any:
    """The report of July."""
    told = ask(query={**JULY, **query})
    assert told.status == 200, told.body
    return told.body


def table(**query: str) -> list[dict[str, str]]:
    """The report of July as a table."""
    query = {**JULY, **query}
    event = http_event(f"GET /surveys/{SERIES}/report", caller=AUDITOR, headers={"accept": "text/csv"}, query=query)
    found = reports.handler(event, Context())  # type: ignore[arg-type]
    assert found["statusCode"] == 200
    return list(csv.DictReader(io.StringIO(found["body"], newline="")))


@contextmanager
def calls() -> Iterator[list[str]]:
    """The calls to DynamoDB within the block."""
    made: list[str] = []

    def note(model: Any, **_: Any) -> None:
        made.append(model.name)

    dynamo.client().meta.events.register("before-call.dynamodb", note)
    yield made
    dynamo.client().meta.events.unregister("before-call.dynamodb", note)


def put_rows(rows: Mapping[RowKey, Mapping[str, int]]) -> None:
    """Write rows of figures as if they had been counted."""
    for key, sums in rows.items():
        row = {"survey_id": key.book, "kind": key.row, **sums}
        dynamo.client().put_item(TableName="surveys", Item=dynamo.to_item(row))


STORY = [
    *(detail(n, "SurveyOffered", opened_on="2026-07-06", tenant_id="shoes") for n in range(10)),
    *(detail(n, "SurveyExpired", opened_on="2026-07-06", tenant_id="shoes") for n in range(10, 13)),
    *(
        answer(
            20 + n,
            on="2026-07-08",
            invited_on="2026-07-06",
            tenant_id="shoes",
            scores=[scored("ease", 8), scored("recommendation", 10 - n)],
            choices=[{"question": "why", "choice": "price" if n else "threshold"}],
            sentiment="negative",
            complaints=["queue.too_long", "unheard_of"] if n < 2 else [],
            aspects=["queue"],
        )
        for n in range(6)
    ),
    *(answer(30 + n, on="2026-07-15", tenant_id="books", scores=[scored("ease", 4)]) for n in range(7)),
    *(answer(40 + n, on="2026-07-22", tenant_id="toys", scores=[scored("ease", 1)]) for n in range(4)),
    *(
        answer(50 + n, on="2026-06-20", sentiment="negative", complaints=["staff.rude", "queue.too_long"])
        for n in range(5)
    ),
]


@pytest.fixture
def counted(survey: None) -> None:
    """The story above, counted."""
    for start in range(0, len(STORY), 10):
        assert deliver(STORY[start : start + 10]) == []


def test_a_report_tells_what_was_answered(counted: None) -> None:
    told = july()
    assert (told["answers"], told["hidden"], told["series_id"]) == (17, False, SERIES)
    assert told["response"] == {
        "invited": 10,
        "answered": 6,
        "expired": 3,
        "rate": 60.0,
        "low": 31.27,
        "high": 83.18,
    }
    (ease,) = told["dimensions"]
    assert (ease["n"], ease["mean"]) == (17, 4.71)
    assert ease["distribution"] == {"1": 4, "4": 7, "8": 6}
    recommended = told["recommendation"]
    assert (recommended["promoters"], recommended["passives"], recommended["detractors"]) == (2, 2, 2)
    assert (recommended["n"], recommended["score"]) == (6, 0.0)


def test_why_coupons_were_not_used_is_counted(counted: None) -> None:
    assert july()["choices"] == [
        {
            "group": "why",
            "hidden": False,
            "n": 6,
            "choices": [
                {"choice": "price", "n": 5, "share": 83.33},
                {"choice": "threshold", "n": 1, "share": 16.67},
            ],
        }
    ]


def test_complaints_are_ranked_named_and_compared_with_the_period_before(counted: None) -> None:
    words = july()["words"]
    assert words["n"] == 6
    assert words["sentiment"] == [{"sentiment": "negative", "n": 6, "share": 100.0}]
    queue, unknown, rude = words["complaints"]
    assert queue == {
        "code": "queue.too_long",
        "zh": "排队太久",
        "en": "Queue or wait too long",
        "n": 2,
        "share": 33.33,
        "before": 100.0,
        "change": -66.67,
    }
    assert (unknown["zh"], unknown["en"]) == ("unheard_of", "unheard_of")
    assert (rude["code"], rude["n"], rude["change"]) == ("staff.rude", 0, -100.0)


def test_weeks_under_five_and_the_next_smallest_are_hidden(counted: None) -> None:
    weeks = {week["group"]: week for week in july()["weeks"]}
    assert weeks["2026-W29"]["answers"] == 7
    assert weeks["2026-W30"] == {"group": "2026-W30", "hidden": True}
    assert weeks["2026-W28"] == {"group": "2026-W28", "hidden": True}
    assert list(weeks) == ["2026-W27", "2026-W28", "2026-W29", "2026-W30", "2026-W31"]


def test_groups_under_five_and_the_next_smallest_are_hidden(counted: None) -> None:
    slices = july(by="tenant")["slices"]
    assert (slices["by"], slices["first"], slices["last"]) == ("tenant", "2026-07-01", "2026-07-31")
    books, shoes, toys = slices["groups"]
    assert shoes == {"group": "shoes", "hidden": True}
    assert toys == {"group": "toys", "hidden": True}
    assert (books["group"], books["answers"], books["dimensions"][0]["mean"]) == ("books", 7, 4.0)


@pytest.mark.parametrize("by", counting.BY)
def test_every_way_to_tell_groups_apart_tells_all_answers(counted: None, by: str) -> None:
    groups = july(by=by)["slices"]["groups"]
    assert groups
    if by != "tenant":
        assert sum(group["answers"] for group in groups) == 17


def test_any_version_gives_the_report_of_the_series(counted: None) -> None:
    told = ask(SECOND).body
    assert (told["survey_id"], told["series_id"], told["answers"]) == (SECOND, SERIES, 17)


def test_the_table_has_the_same_figures(counted: None) -> None:
    lines = {(line["section"], line["group"], line["item"]): line for line in table(by="tenant")}
    assert lines[("total", "", "answers")]["n"] == "17"
    assert lines[("response", "", "answered")]["value"] == "60.0"
    assert lines[("dimension", "", "ease")]["value"] == "4.71"
    assert lines[("distribution", "ease", "8")]["n"] == "6"
    assert lines[("choice", "why", "price")]["n"] == "5"
    assert lines[("complaint", "", "queue.too_long")]["label_zh"] == "排队太久"
    assert lines[("total", "tenant:books", "answers")]["n"] == "7"
    hidden = lines[("total", "tenant:toys", "answers")]
    assert hidden.pop("hidden") == "yes"
    assert set(hidden.values()) == {"total", "tenant:toys", "answers", ""}


@pytest.mark.parametrize("name", ["=cmd|'/c calc'!A1", "@SUM(1)", 'x",\r\n=1+1,"', "\t=1", "-2+3"])
@pytest.mark.parametrize("by", ["tenant", "about"])
def test_no_cell_begins_a_formula(by: str, name: str) -> None:
    field = {"tenant": "tenant_id", "about": "about"}[by]
    deliver([answer(n, **{field: name}, scores=[scored("ease", 5)]) for n in range(6)])
    lines = table(by=by)
    assert f"{by}:{name}" in {line["group"] for line in lines}
    assert not [cell for line in lines for cell in line.values() if cell.startswith(("=", "+", "-", "@", "\t", "\r"))]


@pytest.mark.parametrize(
    "query",
    [
        {"from": "2026-07-02", "until": "2026-07-01"},
        {"from": "2025-01-01", "until": "2026-07-01"},
        {"from": "2026-02-30"},
        {"from": "1752900000"},
        {"until": "2026-07-01T00:00:00"},
        {"until": "0001-01-01"},
        {"until": "9999-12-31"},
        {"by": "member"},
    ],
)
def test_what_is_no_period_is_refused(query: dict[str, str]) -> None:
    assert ask(query=query).status == 400


def test_the_longest_period_is_answered() -> None:
    assert ask(query={"from": "2025-06-01", "until": "2026-07-05"}).status == 200


def test_members_read_no_reports_and_all_staff_do() -> None:
    for group in ("marketer", "approver", "operator", "auditor"):
        assert ask(caller=staff_caller(group)).status == 200
    assert ask(caller=staff_caller("visitor")).status == 403


def test_an_unknown_survey_is_not_found() -> None:
    assert ask("f" * 24).status == 404


def test_without_answers_nothing_is_told() -> None:
    told = ask(query={}).body
    assert (told["hidden"], told["answers"], told["dimensions"], told["words"]) == (True, None, [], None)
    assert all(week["hidden"] for week in told["weeks"])


def _month_rows(tenants: int) -> dict[RowKey, dict[str, int]]:
    book, sums = books.series_book(SERIES), {"answered": 900, "rated@ease": 900, "score@ease@7": 900}
    return {
        RowKey(book, books.group_row("tenant", month, f"tenant-{n:03d}")): sums
        for month in ("2605", "2606", "2607")
        for n in range(tenants)
    }


def test_a_hundred_tenants_and_three_months_are_three_calls() -> None:
    put_rows(_month_rows(100))
    with calls() as made:
        told = ask(query={"from": "2026-05-01", "until": "2026-07-31", "by": "tenant"})
    assert made == ["GetItem", "Query", "Query"]
    assert [group["answers"] for group in told.body["slices"]["groups"]] == [2700] * 100


@pytest.mark.parametrize(("page", "status", "made"), [(1_000_000, 200, 1), (3500, 200, 2), (1500, 400, 2)])
@pytest.mark.parametrize("answers", [7, 10**9])
def test_a_report_reads_three_times_or_refuses(
    monkeypatch: pytest.MonkeyPatch, answers: int, page: int, status: int, made: int
) -> None:
    """Sixty days on one page, on two, and on more than a report reads; a page is made small, as moto is slow."""
    book = books.series_book(SERIES)
    days = [f"26{month}{day:02d}" for month in ("06", "07") for day in range(1, 31)]
    put_rows({RowKey(book, counting.day_row(day)): {"answered": answers} for day in days})
    monkeypatch.setattr(MOTO_PAGE, page)
    with calls() as found:
        told = ask()
    assert (told.status, found) == (status, ["GetItem", *["Query"] * made])
    if status == 200:
        assert told.body["answers"] == 30 * answers
    else:
        assert told.code == figures_read.ReportTooLargeError.code


def test_a_report_by_groups_reads_one_page_of_days(monkeypatch: pytest.MonkeyPatch) -> None:
    book = books.series_book(SERIES)
    put_rows({RowKey(book, counting.day_row(f"2607{day:02d}")): {"answered": 10} for day in range(1, 31)})
    monkeypatch.setattr(MOTO_PAGE, 1200)
    with calls() as made:
        assert ask(query={**JULY, "by": "tier"}).code == "report_too_large"
    assert made == ["GetItem", "Query"]
