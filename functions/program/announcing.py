"""Versions of the programme as use cases: drafted, approved by another person, announced, taken back (K5).

An announcement is the version's own row, written in the transaction that publishes its draft and refused unless the
version it builds on is still the latest. Versions therefore form one line in which nobody's change is lost, and what
the approver saw is what takes effect.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any

from functions.program.draft import VERSION, Draft, merged, notice_days, require_notice, succeeded
from functions.program.errors import InForceError, LaterVersionError, ProgrammeMovedOnError
from loyalty import attempts, catalogue, offers, programme_store
from loyalty.attempts import Plan
from loyalty.catalogue import Catalogue, Offer, OfferState, Step
from loyalty.clock import iso, local_date
from loyalty.dynamo import to_item
from loyalty.entries import fingerprint
from loyalty.errors import IdempotencyKeyReusedError
from loyalty.programme import Programme
from loyalty.programme_store import Version
from loyalty.settings import setting, time_zone

NUMBER = "number"
"""The fact that names the version an announced draft became."""
STATE, ANNOUNCED, WITHDRAWN = "state", "announced", "withdrawn"


@dataclass(frozen=True, slots=True)
class Asked:
    """What is asked of a draft; what is None stays as it is.

    Attributes:
        programme: all of it.
        changes: a JSON merge patch: over the latest version, or over what the draft says.
        others: the day and the announcements, by field of `Draft`.
    """

    programme: Mapping[str, Any] | None
    changes: Mapping[str, Any] | None
    others: Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class By:
    """Who asks, when, in which request."""

    login: str
    now: datetime
    correlation_id: str = ""


@dataclass(frozen=True, slots=True)
class _Read:
    offer: Offer | None
    versions: Sequence[Version]

    @property
    def latest(self) -> Version:
        """The version announced last, among those that stand."""
        return next(one for one in self.versions if not one.withdrawn_at)


def drafts() -> Catalogue:
    """Return where drafts are kept."""
    return Catalogue(setting("CONTROL_TABLE"), "control_id", "programme")


def draft_of(offer: Offer) -> Draft:
    """Return the version an offer holds."""
    return Draft.model_validate(offer.definition)


def create(asked: Asked, key: str, by: By) -> Plan[Offer]:
    """Draft a version on top of the latest one, once.

    Raises:
        InvalidRequestError: naming what is wrong with the programme.
        NoticeTooShortError, NoSuccessorError, SuccessorTooLowError.
        IdempotencyKeyReusedError: the key stands for another draft.
    """
    where = drafts()
    version_id = offers.offer_id_for(where.name, by.login, key)
    request = fingerprint({"programme": asked.programme, "changes": asked.changes, **asked.others})

    def decide(read: _Read) -> Plan[Offer]:
        if read.offer is None:
            base = read.latest
            definition = _checked(asked, base.programme.published(), base.programme, read, by.now)
            offer = catalogue.drafted(version_id, definition, by.login, iso(by.now))
            offer = replace(offer, facts={offers.REQUEST: request})
            return Plan(offer, where.put_if_absent(offer))
        if (read.offer.facts or {}).get(offers.REQUEST) != request:
            raise IdempotencyKeyReusedError
        return Plan(read.offer, replayed=True)

    return attempts.settle(lambda certain: _read(version_id, certain), decide)


def change(version_id: str, asked: Asked, by: By) -> Plan[Offer]:
    """Change a draft; what was approved is a draft again.

    Raises:
        NotFoundError, WrongStateError, and as `create`.
    """
    where = drafts()

    def decide(read: _Read) -> Plan[Offer]:
        offer = offers.required(read.offer)
        before = draft_of(offer)
        base = next(one.programme for one in read.versions if one.number == before.based_on)
        wanted = replace(asked, others={**offer.definition, **asked.others})
        definition = _checked(wanted, before.programme.published(), base, read, by.now)
        if offer.state is OfferState.DRAFT and offer.maker == by.login and offer.definition == definition:
            return Plan(offer, replayed=True)
        after = catalogue.changed(offer, definition, by.login, iso(by.now))
        return Plan(after, where.put_if_unchanged(after))

    return attempts.settle(lambda certain: _read(version_id, certain), decide)


def announce(version_id: str, by: By) -> Plan[Offer]:
    """Publish an approved draft: its state and the version's own row in one transaction.

    Raises:
        NotFoundError, WrongStateError, NoticeTooShortError.
        ProgrammeMovedOnError: the version it was drafted on is not the latest any more.
    """

    def decide(read: _Read) -> Plan[Offer]:
        plan = offers.stepped(drafts(), offers.required(read.offer), Step.PUBLISH, by.login, by.now)
        return plan if plan.replayed else _announced(plan.answer, read, by)

    return attempts.settle(lambda certain: _read(version_id, certain), decide)


def end(version_id: str, by: By) -> Plan[Offer]:
    """Drop a draft, or take back what was announced and is not in force yet.

    Raises:
        NotFoundError, WrongStateError.
        InForceError: it is in force, or was.
        LaterVersionError: another version was announced on top of it.
    """

    def decide(read: _Read) -> Plan[Offer]:
        before = offers.required(read.offer)
        plan = offers.stepped(drafts(), before, Step.END, by.login, by.now)
        number = (before.facts or {}).get(NUMBER)
        return plan if plan.replayed or number is None else _withdrawn(plan, number, read, by)

    return attempts.settle(lambda certain: _read(version_id, certain), decide)


def _read(version_id: str, certain: bool) -> _Read:
    return _Read(drafts().read(version_id, consistent=certain), programme_store.everything())


def _checked(asked: Asked, target: Mapping[str, Any], base: Programme, read: _Read, now: datetime) -> dict[str, Any]:
    """Return the definition of the draft that is asked for, complete, so that later defaults change nothing in it."""
    whole = asked.programme if asked.programme is not None else merged(target, asked.changes or {})
    whole = {name: value for name, value in whole.items() if name != VERSION}
    based_on = asked.others.get("based_on", read.latest.number)
    draft = offers.valid(Draft, {**asked.others, "programme": whole, "based_on": based_on})
    _require_notice(draft, read, now)
    return draft.model_copy(update={"programme": succeeded(base, draft.programme)}).model_dump(mode="json")


def _require_notice(draft: Draft, read: _Read, now: datetime) -> None:
    today = local_date(now, time_zone())
    standing = [one for one in read.versions if not one.withdrawn_at]
    in_force = next(one for one in standing if one.effective_from <= today)
    before = next((one for one in standing if one.effective_from < draft.effective_from), in_force)
    days = notice_days(in_force.programme, before.programme, draft.programme)
    require_notice(draft.effective_from, today, days, read.latest.effective_from)


def _announced(after: Offer, read: _Read, by: By) -> Plan[Offer]:
    draft, base = draft_of(after), read.latest
    if draft.based_on != base.number:
        raise ProgrammeMovedOnError(version=base.number)
    _require_notice(draft, read, by.now)
    number = read.versions[0].number + 1
    after = replace(after, facts={**(after.facts or {}), NUMBER: number})
    row = {
        **programme_store.key(number),
        "effective_from": draft.effective_from.isoformat(),
        "programme": draft.programme.model_copy(update={VERSION: number}).model_dump_json(),
        "text_zh": draft.announcement_zh,
        "text_en": draft.announcement_en,
        "based_on": base.number,
        "draft_id": after.offer_id,
        STATE: ANNOUNCED,
        "at": iso(by.now),
        "actor": by.login,
        "correlation_id": by.correlation_id,
    }
    put = {"TableName": programme_store.table(), "Item": to_item(row), "ConditionExpression": _ABSENT}
    stands = _check(base.number, "attribute_exists(version) AND attribute_not_exists(withdrawn_at)")
    return Plan(after, (*drafts().put_if_unchanged(after), {"Put": put}, stands))


def _withdrawn(plan: Plan[Offer], number: int, read: _Read, by: By) -> Plan[Offer]:
    today, version = local_date(by.now, time_zone()), next(one for one in read.versions if one.number == number)
    if version.effective_from <= today:
        raise InForceError(since=version.effective_from.isoformat())
    if read.latest.number != number:
        raise LaterVersionError(version=read.latest.number)
    update = {
        "TableName": programme_store.table(),
        "Key": to_item(programme_store.key(number)),
        "UpdateExpression": "SET #state = :withdrawn, withdrawn_at = :at, withdrawn_by = :by",
        "ConditionExpression": "attribute_not_exists(withdrawn_at)",
        "ExpressionAttributeNames": {"#state": STATE},
        "ExpressionAttributeValues": to_item({":withdrawn": WITHDRAWN, ":at": iso(by.now), ":by": by.login}),
    }
    nothing_on_top = _check(read.versions[0].number + 1, _ABSENT)
    return replace(plan, writes=(*plan.writes, {"Update": update}, nothing_on_top))


_ABSENT = "attribute_not_exists(version)"


def _check(number: int, condition: str) -> dict[str, Any]:
    key = to_item(programme_store.key(number))
    return {"ConditionCheck": {"TableName": programme_store.table(), "Key": key, "ConditionExpression": condition}}
