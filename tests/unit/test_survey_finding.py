"""A finding through its life, and when complaints become one: the rules, as properties (requirement S4)."""

from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from functions.survey.findings.departments import DEPARTMENTS, FILED_TO, Filing, Recurring, of_row
from functions.survey.findings.finding import (
    MOST_HISTORY,
    By,
    Finding,
    FindingState,
    FindingStateError,
    Improvement,
    Opening,
    changed,
    joined,
    opened,
    reopened,
    resolved,
)
from functions.survey.findings.finding_filing import Reading, Report, filed
from functions.survey.findings.finding_subject import MOST_WAITING, Subject, Waiting, Watch
from functions.survey.understanding.labels import ASPECTS, COMPLAINTS
from loyalty.clock import iso

NOW = datetime(2026, 11, 22, 4, 0, tzinfo=UTC)
TODAY = date(2026, 11, 22)
BY = By("olga", NOW, "request-1")
NOTHING = Improvement("好了", None, published=True, before={})
FILING = Filing()
hours = st.integers(0, 24 * 90)


def at(hour: int) -> str:
    return iso(NOW + timedelta(hours=hour))


def new(**more: Any) -> Finding:
    opening = Opening("f1", Subject("queue.too_long"), "survey", "member", BY)
    return replace(joined(opened(opening, FILING, TODAY), (at(0),), 1, NOW), **more)


def report(answer_id: str, hour: int, *, opens: bool = False) -> Report:
    subject = Subject("queue.too_long")
    return Report(answer_id, subject.key, subject, at(hour), "survey", "member", opens, By("survey", NOW, answer_id))


def heard(reports: list[Report], rule: Recurring) -> tuple[Finding | None, set[str], Watch]:
    """Hear reports one after the other, each once; return the finding, the answers attached, the subject."""
    filing = Filing(recurring=rule)
    watch, finding, attached, done = Watch("queue.too_long"), None, set[str](), set[str]()
    for one in reports:
        if one.answer_id in done:
            continue
        done.add(one.answer_id)
        outcome = filed(one, Reading(watch, finding), filing, TODAY)
        watch, finding = outcome.watch or watch, outcome.finding or finding
        attached |= {concern.answer_id for concern in outcome.concerns}
    return finding, attached, watch


@given(st.lists(hours, min_size=1, max_size=12, unique=True), st.integers(1, 5), st.integers(1, 30), st.randoms())
def test_whether_words_recur_depends_on_when_they_were_said_and_not_on_when_they_are_heard(
    said: list[int], complaints: int, days: int, chance: Any
) -> None:
    shuffled = [report(f"a{n}", hour) for n, hour in enumerate(said)]
    chance.shuffle(shuffled)
    finding, _, _ = heard(shuffled, Recurring(complaints=complaints, within_days=days))
    times = sorted(said)
    spans = [last - first for first, last in zip(times, times[complaints - 1 :], strict=False)]
    assert (finding is not None) == any(span <= days * 24 for span in spans)


@given(st.lists(st.tuples(hours, st.booleans()), min_size=1, max_size=12), st.randoms())
def test_a_finding_counts_what_is_attached_and_knows_the_first_and_the_last(
    said: list[tuple[int, bool]], chance: Any
) -> None:
    made = [report(f"a{n}", hour, opens=opens) for n, (hour, opens) in enumerate(said)]
    deliveries = [one for one in made for _ in range(chance.randint(1, 3))]
    chance.shuffle(deliveries)
    finding, attached, watch = heard(deliveries, Recurring())
    assert (finding is None) == (watch.finding_id is None)
    if finding is None:
        assert {one.answer_id for one in watch.waiting} == {one.answer_id for one in made}
        return
    seen = sorted(one.said_at for one in made if one.answer_id in attached)
    assert (finding.answers, finding.first_seen, finding.last_seen) == (len(attached), seen[0], seen[-1])
    assert {one.answer_id for one in made if one.opens} <= attached


def test_a_subject_remembers_a_bounded_number() -> None:
    watch = Watch("x")
    for n in range(100):
        watch = watch.waited(Waiting(f"a{n:03}", at(n)))
    assert [one.answer_id for one in watch.waiting] == [f"a{n:03}" for n in range(100 - MOST_WAITING, 100)]
    assert watch.version == 100


def test_an_opening_with_all_who_waited_fits_a_transaction() -> None:
    rule = Recurring(complaints=20, within_days=365)
    watch = Watch("queue.too_long", waiting=tuple(Waiting(f"a{n}", at(n)) for n in range(MOST_WAITING)))
    whose = {one.answer_id: f"member-{one.answer_id}" for one in watch.waiting}
    outcome = filed(report("b", 1), Reading(watch, None, "member-b", waiting=whose), Filing(recurring=rule), TODAY)
    assert outcome.finding is not None
    assert 3 + len(outcome.concerns) + len(outcome.members) <= 100
    assert (outcome.finding.answers, outcome.finding.members) == (MOST_WAITING + 1, MOST_WAITING + 1)


@pytest.mark.parametrize("state", list(FindingState))
def test_what_each_state_allows(state: FindingState) -> None:
    finding = new(state=state)
    steps: dict[str, Callable[[], Finding]] = {
        "change": lambda: changed(finding, {"owner": "x"}, BY),
        "resolve": lambda: resolved(finding, NOTHING, TODAY, BY),
        "reopen": lambda: reopened(finding, BY),
    }
    allowed = {"change", "resolve"} if state in {FindingState.OPEN, FindingState.IN_PROGRESS} else {"reopen"}
    for name, step in steps.items():
        if name in allowed:
            assert step().version == finding.version + 1
        else:
            with pytest.raises(FindingStateError):
                step()


def test_only_the_first_version_says_that_it_was_opened() -> None:
    finding = new()
    assert finding.happened == ("FindingOpened",)
    later = [
        joined(finding, (at(1),), 0, NOW),
        changed(finding, {"owner": "x"}, BY),
        resolved(finding, NOTHING, TODAY, BY),
    ]
    assert [one.happened for one in later] == [()] * 3
    assert [one.version for one in later] == [2] * 3


def test_the_history_keeps_the_latest_steps_and_says_how_many_are_gone() -> None:
    finding = new()
    for n in range(MOST_HISTORY + 50):
        finding = changed(finding, {"owner": f"o{n}"}, BY)
    assert (len(finding.history), finding.history_dropped) == (MOST_HISTORY, 51)
    assert finding.history[-1]["to"] == {"owner": f"o{MOST_HISTORY + 49}"}


def test_reopening_withdraws_what_was_public_and_keeps_the_count_of_resolutions() -> None:
    over = resolved(new(), NOTHING, TODAY, BY)
    again = resolved(reopened(over, BY), NOTHING, TODAY, BY)
    assert (over.published, reopened(over, BY).published, again.resolutions) == (True, False, 2)
    assert reopened(over, BY).closed_at is None


def test_every_aspect_and_complaint_has_a_department_of_its_own_choice() -> None:
    codes = {department.code for department in DEPARTMENTS}
    assert set(ASPECTS) <= set(FILED_TO)
    assert set(FILED_TO.values()) <= codes
    assert {FILING.department_for(code).code for code in (*ASPECTS, *COMPLAINTS)} <= codes
    assert FILING.department_for("notices.privacy").code == "service"
    assert FILING.department_for("notices.too_many").code == "marketing"
    assert FILING.department_for("never_heard_of").code == "service"


def test_what_a_row_says_of_filing_is_read_back_as_it_was_kept() -> None:
    halls = {"code": "halls", "name_zh": "楼层", "name_en": "Halls"}
    filing = Filing.model_validate({"departments": [halls], "default_department": "halls"})
    assert filing.kept()["filed_to"] == {}
    assert of_row(filing.kept()).department_for("queue.too_long").code == "halls"


def test_a_day_is_overdue_only_after_it() -> None:
    finding = new(due_on="2026-11-22")
    assert not finding.is_overdue(TODAY)
    assert finding.is_overdue(TODAY + timedelta(days=1))
    assert not resolved(finding, NOTHING, TODAY, BY).is_overdue(TODAY + timedelta(days=1))
