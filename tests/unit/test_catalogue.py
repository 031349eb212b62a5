"""The life of what marketers offer: two persons, one direction, nothing forgotten."""

import pytest

from loyalty.catalogue import (
    Offer,
    OfferState,
    OwnApprovalError,
    Step,
    WrongStateError,
    changed,
    drafted,
    stepped,
    was_done,
)

AT = "2026-11-22T00:00:00.000Z"


def led(*steps: Step, by: str = "approver") -> Offer:
    """A draft of Ann's, led through some steps by somebody else."""
    offer = drafted("o-1", {"name": "one"}, "ann", AT)
    for step in steps:
        offer = stepped(offer, step, by, AT)
    return offer


def test_an_offer_is_published_paused_resumed_and_ended() -> None:
    steps = (Step.APPROVE, Step.PUBLISH, Step.PAUSE, Step.RESUME, Step.END)
    assert [led(*steps[: n + 1]).state for n in range(len(steps))] == [
        OfferState.APPROVED,
        OfferState.PUBLISHED,
        OfferState.PAUSED,
        OfferState.PUBLISHED,
        OfferState.ENDED,
    ]
    assert led(*steps).version == 6


@pytest.mark.parametrize(
    ("done", "next_step"),
    [
        ((), Step.PUBLISH),
        ((), Step.PAUSE),
        ((Step.APPROVE,), Step.APPROVE),
        ((Step.APPROVE, Step.PUBLISH), Step.RESUME),
        ((Step.END,), Step.PUBLISH),
        ((Step.END,), Step.END),
    ],
)
def test_no_step_is_left_out_or_taken_twice(done: tuple[Step, ...], next_step: Step) -> None:
    with pytest.raises(WrongStateError):
        stepped(led(*done), next_step, "somebody", AT)


def test_nobody_approves_what_they_wrote_any_part_of() -> None:
    shared = changed(led(), {"name": "two"}, "ben", AT)
    for maker in ("ann", "ben"):
        with pytest.raises(OwnApprovalError):
            stepped(shared, Step.APPROVE, maker, AT)
    assert stepped(shared, Step.APPROVE, "cem", AT).approver == "cem"


def test_a_change_voids_the_approval_and_is_impossible_once_published() -> None:
    again = changed(led(Step.APPROVE), {"name": "two"}, "ann", AT)
    assert (again.state, again.approver, again.maker) == (OfferState.DRAFT, None, "ann")
    with pytest.raises(WrongStateError):
        changed(led(Step.APPROVE, Step.PUBLISH), {"name": "two"}, "ann", AT)


def test_the_history_names_everybody_and_does_not_grow_with_one_persons_changes() -> None:
    offer = led()
    for _ in range(50):
        offer = changed(offer, {"name": "again"}, "ann", AT)
    assert (len(offer.history), offer.version) == (1, 51)
    assert [login for _, login, _ in changed(offer, {}, "ben", AT).history] == ["ann", "ben"]


def test_a_repeated_step_is_recognised() -> None:
    approved = led(Step.APPROVE)
    assert was_done(approved, Step.APPROVE, "approver")
    assert not was_done(approved, Step.APPROVE, "another")
    assert not was_done(approved, Step.PUBLISH, "approver")
