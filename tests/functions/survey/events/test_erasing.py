"""What erasure leaves of a member's surveys: figures and no person, whatever breaks on the way."""

from typing import Any

import pytest

from functions.survey.findings import finding_rows
from functions.survey.findings.finding_concern import Concern
from functions.survey.findings.finding_rows import Note
from loyalty import attempts
from loyalty.clock import iso
from loyalty.surveys import inviting
from loyalty.surveys.invitation import InvitationState
from loyalty.surveys.running import Trigger
from loyalty.types import Status
from tests.functions.members.faults import Fault, KilledError, broken_call, calls_through, first
from tests.functions.survey.events.conftest import ANNA, BEN, NOON, Mall, everything, message, put
from tests.functions.survey.published import invitations, publish, rows_of

pytestmark = pytest.mark.filterwarnings("ignore:No application metrics")

WORDS = "排队太久，我是王小明"


def erased(mall: Mall, who: str = ANNA, message_id: str = "erasure") -> dict[str, Any]:
    detail = mall.event("PointsExpired.erased", who, id=f"erased-{who}")
    return message({**detail, "type": "MemberErased", "data": {"entry_id": "e"}}, message_id)


def answer(answer_id: str, who: str | None = ANNA) -> None:
    put(
        {
            "survey_id": f"answer/{answer_id}",
            "kind": "answer",
            "answer_id": answer_id,
            "member_id": who,
            "placed": f"answer/{iso(NOON)}/{answer_id}",
            "shelf": "answers/survey-1",
            "series_id": "survey-1",
            "scores": [{"question": "q", "kind": "scale", "dimension": "ease", "score": 3}],
            "choices": [{"question": "c", "choice": "price"}],
            "texts": [{"question": "t", "text": WORDS}],
            "because": ["太久"],
            "complaints": ["queue.long"],
            "sentiment": "negative",
            "origin": "member",
            "version": 1,
            "happened": ["SurveyAnswered"],
        }
    )


def concern(answer_id: str, who: str = ANNA, text: str | None = None) -> None:
    found = Concern("f-1", answer_id, "survey", "member", iso(NOON), iso(NOON), who, text)
    attempts.write((finding_rows.concern_part(found),))


@pytest.fixture
def history(mall: Mall) -> None:
    """Two members with an open and a planned invitation each, answers, and a part in a finding."""
    publish()
    publish(survey_id="s-2", series_id="s-2", trigger=Trigger(("TierChanged",), delay_minutes=60), minds_fatigue=False)
    for who in (ANNA, BEN):
        mall.happens(who=who, id=f"e-{who}")
        mall.happens("TierChanged.purchase", who=who, id=f"t-{who}", ago=0)
        answer(f"a-{who}", who)
        concern(f"a-{who}", who)
        concern(f"c-{who}", who, WORDS)
        attempts.write((finding_rows.note_part(Note("f-1", f"n-{who}", "call", "staff", iso(NOON), WORDS, "r", who)),))
    answer("a-nobody", None)
    for one in invitations():
        put(inviting.row_of(one.moved(mall.now, partial={"t": WORDS}, happened=())))
    for who in (ANNA, BEN):
        mall.member(who, Status.ERASED if who == ANNA else Status.ACTIVE)


def of(who: str) -> list[dict[str, Any]]:
    """Every row that tells of a member."""
    return [row for row in everything() if who in str(row)]


@pytest.mark.usefixtures("history")
def test_an_erased_member_is_in_no_answer_and_no_finding_and_their_links_open_nothing(mall: Mall) -> None:
    others = of(BEN)
    assert mall.hear(erased(mall)) == []
    assert of(BEN) == others

    mine = [one for one in invitations() if one.member_id == ANNA]
    assert {(one.state, one.token, one.happened) for one in mine} == {(InvitationState.CANCELLED, "", ())}
    assert len(mine) == 2
    kept = {row["answer_id"]: row for row in rows_of("answer")}[f"a-{ANNA}"]
    assert (kept["scores"][0]["score"], kept["choices"], kept["complaints"], kept["sentiment"]) == (
        3, [{"question": "c", "choice": "price"}], ["queue.long"], "negative",
    )  # fmt: skip
    assert (kept["version"], kept["happened"], kept["shelf"]) == (2, [], "answers/survey-1")
    about_anna = [row for row in everything() if ANNA in row["survey_id"] + row["kind"] or row.get("member_id") == ANNA]
    assert not [row for row in about_anna if WORDS in str(row) or row.get("because")]
    with_member = {row["kind"] for row in everything() if row.get("member_id") == ANNA}
    assert with_member == {"invitation", f"e-{ANNA}", f"t-{ANNA}"}  # what was asked, and the journal's 35 days


@pytest.mark.usefixtures("history")
def test_concerns_and_notes_stay_without_member_and_words(mall: Mall) -> None:
    mall.hear(erased(mall))
    rows = {row["kind"]: row for row in everything() if row["survey_id"] == "finding/f-1"}
    for kind in (f"concern/a-{ANNA}", f"concern/c-{ANNA}", f"note/n-{ANNA}"):
        assert "member_id" not in rows[kind]
        assert "placed" not in rows[kind]
        assert WORDS not in str(rows[kind])
    assert rows[f"concern/c-{ANNA}"]["version"] == 2
    assert rows[f"concern/c-{ANNA}"]["happened"] == []
    assert finding_rows.note_of(rows[f"note/n-{ANNA}"]) is not None
    assert rows[f"note/n-{BEN}"]["text"] == WORDS


@pytest.mark.usefixtures("history")
def test_a_second_delivery_finds_nothing_left(mall: Mall) -> None:
    mall.hear(erased(mall))
    before = everything()
    mall.later(hours=1)
    assert mall.hear(erased(mall), erased(mall, message_id="again")) == []
    assert everything() == before


@pytest.mark.usefixtures("history")
def test_the_slot_stays_and_says_only_when(mall: Mall) -> None:
    slots = rows_of("slot")
    mall.hear(erased(mall))
    assert rows_of("slot") == slots


@pytest.mark.usefixtures("history")
def test_what_was_answered_or_over_stays_as_it_was(mall: Mall) -> None:
    one, other = [found for found in invitations() if found.member_id == ANNA]
    for found, state in ((one, InvitationState.ANSWERED), (other, InvitationState.EXPIRED)):
        put(inviting.row_of(found.moved(mall.now, state=state, partial={})))
    before = [found for found in invitations() if found.member_id == ANNA]
    mall.hear(erased(mall))
    assert [found for found in invitations() if found.member_id == ANNA] == before


@pytest.mark.usefixtures("history")
def test_an_answer_that_comes_in_between_stays_an_answer(mall: Mall) -> None:
    one = next(found for found in invitations() if found.member_id == ANNA and found.state is InvitationState.OPEN)
    done = one.moved(mall.now, state=InvitationState.ANSWERED, partial={})
    with first(lambda: put(inviting.row_of(done)), "PutItem", nth=0):
        assert mall.hear(erased(mall)) == []
    assert InvitationState.ANSWERED in {found.state for found in invitations() if found.member_id == ANNA}


@pytest.mark.usefixtures("history")
def test_an_answer_given_while_its_member_is_erased_keeps_no_words_and_no_member(mall: Mall) -> None:
    one = next(found for found in invitations() if found.member_id == ANNA and found.state is InvitationState.OPEN)
    done = one.moved(mall.now, state=InvitationState.ANSWERED, token="", partial={})

    def answered() -> None:
        put(inviting.row_of(done))
        answer(one.invitation_id)

    with first(answered, "PutItem", nth=0):
        assert mall.hear(erased(mall)) == []
    kept = {row["answer_id"]: row for row in rows_of("answer")}[one.invitation_id]
    assert ("member_id" in kept, kept["texts"], kept["scores"][0]["score"]) == (False, [], 3)


@pytest.mark.usefixtures("history")
def test_an_answer_that_the_index_does_not_show_yet_is_found_by_its_invitation(mall: Mall) -> None:
    one = next(found for found in invitations() if found.member_id == ANNA and found.state is InvitationState.OPEN)
    put(inviting.row_of(one.moved(mall.now, state=InvitationState.ANSWERED, token="", partial={})))
    answer(one.invitation_id)

    def lags(_n: int, operation: str, call: Any) -> Any:
        found = call()
        if operation == "Query":
            found["Items"] = [row for row in found["Items"] if one.invitation_id not in row["survey_id"]["S"]
                              or row["kind"]["S"] == "invitation"]  # fmt: skip
        return found

    with calls_through(lags):
        assert mall.hear(erased(mall)) == []
    kept = {row["answer_id"]: row for row in rows_of("answer")}[one.invitation_id]
    assert ("member_id" in kept, kept["texts"]) == (False, [])


@pytest.mark.usefixtures("history")
def test_an_index_that_lags_makes_nobody_erased_twice(mall: Mall) -> None:
    before: list[Any] = []

    def lags(_n: int, operation: str, call: Any) -> Any:
        if operation == "Query":
            before.append(call())
            return before[0]
        return call()

    with calls_through(lags):
        mall.hear(erased(mall))
        once = everything()
        mall.later(hours=1)
        assert mall.hear(erased(mall)) == []
    assert (everything(), len(before)) == (once, 2)


def test_a_member_nothing_is_known_of_is_erased_at_once(mall: Mall) -> None:
    assert mall.hear(erased(mall, "member-nobody")) == []
    assert everything() == []


@pytest.mark.usefixtures("history")
def test_an_erasure_stands_beside_other_events_and_is_in_no_journal(mall: Mall) -> None:
    other = message(mall.event(who=BEN, id="e-9", data={"entry_id": "nine"}), "m2")
    assert mall.hear({"messageId": "bad", "body": "{"}, erased(mall), other) == ["bad"]
    heard = {row["kind"] for row in everything() if row["survey_id"].startswith("heard/")}
    assert "e-9" in heard
    assert f"erased-{ANNA}" not in heard


@pytest.mark.usefixtures("history")
@pytest.mark.parametrize("fault", list(Fault))
@pytest.mark.parametrize("number", range(13))
def test_whichever_call_breaks_the_next_delivery_does_the_rest(mall: Mall, number: int, fault: Fault) -> None:
    with broken_call(number, fault):
        try:
            mall.hear(erased(mall))
        except KilledError:
            assert fault is Fault.KILLED
    assert mall.hear(erased(mall)) == []
    assert {row["kind"] for row in everything() if row.get("member_id") == ANNA} == {
        "invitation",
        f"e-{ANNA}",
        f"t-{ANNA}",
    }
    assert {(one.state, one.version) for one in invitations() if one.member_id == ANNA} == {
        (InvitationState.CANCELLED, 3)
    }
