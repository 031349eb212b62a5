"""What marketers offer: drafted, approved by another person, published, paused, ended (requirements C2, A1).

Coupon templates, discount campaigns and rewards share this life; each keeps its own table and its own definition.

    draft ──approve (another person)──> approved ──publish──> published <──resume── paused
      ▲                                    │                      └──────pause──────▲  │
      └──────────── any change ────────────┘                      └──────── end ───────┴──> ended

A published definition never changes: who changed their mind ends it and drafts the next. Every definition has a
second row in one partition, the list, so that lists need no scan; a mall has hundreds of offers, written rarely.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from enum import StrEnum
from typing import Any

from loyalty import dynamo
from loyalty.dynamo import Item, to_item
from loyalty.errors import ConflictError, ForbiddenError

DEFINITION = "definition"


class OfferState(StrEnum):
    """Where an offer stands."""

    DRAFT = "draft"
    APPROVED = "approved"
    PUBLISHED = "published"
    PAUSED = "paused"
    ENDED = "ended"


class Step(StrEnum):
    """What can be done with an offer, besides changing its draft."""

    APPROVE = "approve"
    PUBLISH = "publish"
    PAUSE = "pause"
    RESUME = "resume"
    END = "end"


STEPS: dict[Step, tuple[frozenset[OfferState], OfferState]] = {
    Step.APPROVE: (frozenset({OfferState.DRAFT}), OfferState.APPROVED),
    Step.PUBLISH: (frozenset({OfferState.APPROVED}), OfferState.PUBLISHED),
    Step.PAUSE: (frozenset({OfferState.PUBLISHED}), OfferState.PAUSED),
    Step.RESUME: (frozenset({OfferState.PAUSED}), OfferState.PUBLISHED),
    Step.END: (
        frozenset({OfferState.PUBLISHED, OfferState.PAUSED, OfferState.APPROVED, OfferState.DRAFT}),
        OfferState.ENDED,
    ),
}
"""From which states a step leads, and where to."""


class WrongStateError(ConflictError):
    """The offer's `state` does not allow this step."""

    code = "wrong_state"
    zh = "当前状态（{state}）不允许此操作。"
    en = "Its state ({state}) does not allow this."


class OwnApprovalError(ForbiddenError):
    """Whoever wrote an offer may not approve it."""

    code = "own_approval"
    zh = "须由他人审批。"
    en = "Another person must approve what you wrote."


@dataclass(frozen=True, slots=True)
class Offer:
    """One definition with its life.

    Attributes:
        definition: the marketers' own data, JSON-ready; the owner's pydantic model reads it.
        maker: the login that wrote the definition last; `approver` is another one.
        history: what happened, oldest first: `[state, login, instant]`.
        facts: what the life itself adds, such as over how many shards a stock was dealt.
    """

    offer_id: str
    definition: Mapping[str, Any]
    maker: str
    state: OfferState = OfferState.DRAFT
    version: int = 1
    approver: str | None = None
    history: tuple[tuple[str, str, str], ...] = ()
    facts: Mapping[str, Any] | None = None

    @property
    def makers(self) -> frozenset[str]:
        """Everybody who wrote the definition or changed it."""
        return frozenset(login for state, login, _ in self.history if state == OfferState.DRAFT)


def drafted(offer_id: str, definition: Mapping[str, Any], login: str, at: str) -> Offer:
    """Return a new draft."""
    return Offer(offer_id, definition, login, history=((OfferState.DRAFT.value, login, at),))


def changed(offer: Offer, definition: Mapping[str, Any], login: str, at: str) -> Offer:
    """Return the offer as a draft with another definition; an approval it had is void.

    Raises:
        WrongStateError: once it has been published.
    """
    if offer.state not in {OfferState.DRAFT, OfferState.APPROVED}:
        raise WrongStateError(state=offer.state.value)
    after = replace(offer, definition=definition, maker=login, approver=None)
    return _in_state(after, OfferState.DRAFT, login, at)


def stepped(offer: Offer, step: Step, login: str, at: str) -> Offer:
    """Return the offer after a step.

    Raises:
        WrongStateError: if its state does not allow the step.
        OwnApprovalError: if somebody approves it who wrote any of it.
    """
    allowed, target = STEPS[step]
    if offer.state not in allowed:
        raise WrongStateError(state=offer.state.value)
    if step is Step.APPROVE:
        if login in offer.makers:
            raise OwnApprovalError
        offer = replace(offer, approver=login)
    return _in_state(offer, target, login, at)


def was_done(offer: Offer, step: Step, login: str) -> bool:
    """Tell whether the last thing that happened is this very step by this person: a repeated request."""
    return offer.history[-1][:2] == (STEPS[step][1].value, login)


def _in_state(offer: Offer, state: OfferState, login: str, at: str) -> Offer:
    """Return the offer in a state; of changes that one person makes in a row, the history keeps the last."""
    before = offer.history
    if state is OfferState.DRAFT and before and before[-1][:2] == (state.value, login):
        before = before[:-1]
    history = (*before, (state.value, login, at))
    return replace(offer, state=state, version=offer.version + 1, history=history)


@dataclass(frozen=True, slots=True)
class Catalogue:
    """Where the offers of one kind are kept.

    Attributes:
        table: the table; `key_name` is its partition key, whose sort key is `kind`.
        name: `template`, `discount`, `reward`: prefix of the keys and name of the list.
    """

    table: str
    key_name: str
    name: str

    def key(self, offer_id: str) -> dict[str, str]:
        """Return the key of an offer's own row."""
        return {self.key_name: f"{self.name}/{offer_id}", "kind": DEFINITION}

    def list_key(self, offer_id: str) -> dict[str, str]:
        """Return the key of an offer's row in the list."""
        return {self.key_name: f"list/{self.name}", "kind": offer_id}

    def read(self, offer_id: str, *, consistent: bool = False) -> Offer | None:
        """Read an offer; None where there is none."""
        return offer_of(dynamo.get(self.table, self.key(offer_id), consistent=consistent))

    def page(self, after: str | None, limit: int) -> tuple[list[Offer], str | None]:
        """Return up to `limit` offers in order of id, and the id after which the next page starts, if any."""
        start = {"ExclusiveStartKey": to_item(self.list_key(after))} if after else {}
        answer = dynamo.client().query(TableName=self.table, Limit=limit, **self._listing(), **start)
        offers = [_offer(dynamo.from_item(item)) for item in answer["Items"]]
        return offers, offers[-1].offer_id if offers and "LastEvaluatedKey" in answer else None

    def everything(self) -> Iterator[Offer]:
        """Yield every offer."""
        return map(_offer, dynamo.query(self.table, **self._listing()))

    def put_if_absent(self, offer: Offer) -> tuple[dict[str, Any], ...]:
        """Return the transaction parts that write a new draft and its row in the list."""
        return tuple(self._put(key, offer, "attribute_not_exists(kind)") for key in self._keys(offer))

    def put_if_unchanged(self, offer: Offer) -> tuple[dict[str, Any], ...]:
        """Return the transaction parts that write the next version over exactly the one that was read."""
        before = {"ExpressionAttributeValues": to_item({":before": offer.version - 1})}
        return tuple(self._put(key, offer, "version = :before", **before) for key in self._keys(offer))

    def _keys(self, offer: Offer) -> tuple[dict[str, str], ...]:
        return self.key(offer.offer_id), self.list_key(offer.offer_id)

    def _put(self, key: Mapping[str, str], offer: Offer, condition: str, **more: Any) -> dict[str, Any]:
        item = to_item({**key, **_row(offer)})
        return {"Put": {"TableName": self.table, "Item": item, "ConditionExpression": condition, **more}}

    def _listing(self) -> dict[str, Any]:
        return {
            "KeyConditionExpression": "#partition = :list",
            "ExpressionAttributeNames": {"#partition": self.key_name},
            "ExpressionAttributeValues": to_item({":list": f"list/{self.name}"}),
        }


def offer_of(row: Item | None) -> Offer | None:
    """Return the offer a row holds; None where there is no row."""
    return _offer(row) if row else None


def _row(offer: Offer) -> Item:
    return {
        "offer_id": offer.offer_id,
        "definition": offer.definition,
        "maker": offer.maker,
        "state": offer.state,
        "version": offer.version,
        "approver": offer.approver,
        "history": [list(happened) for happened in offer.history],
        "facts": offer.facts,
    }


def _offer(row: Item) -> Offer:
    return Offer(
        offer_id=row["offer_id"],
        definition=row["definition"],
        maker=row["maker"],
        state=OfferState(row["state"]),
        version=row["version"],
        approver=row.get("approver"),
        history=tuple((state, login, at) for state, login, at in row["history"]),
        facts=row.get("facts"),
    )
