"""Inviting for what events tell of: once per occasion, the first survey that fits and whose rest is over.

    events ──fit no survey──> nothing is read
       │ fit
       └──> accounts, slots, standing invitations of all of them, one reading
                 └──> per event: nothing to do │ one transaction (invitation + slot), decided again if it fails

What the reading shows is enough to write on, since every write has its condition, and enough to leave a member alone
who was asked already. Before somebody is passed over for what may only not be visible yet, it is read again, all of
one instant.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from itertools import batched

from functions.survey.inviting.hearing import Heard
from loyalty import account_store, attempts, dynamo, programme_store
from loyalty.accounts import Account
from loyalty.attempts import Plan
from loyalty.dynamo import Item
from loyalty.settings import time_zone
from loyalty.surveys import inviting, settings
from loyalty.surveys.invitation import Asked, AskedBy, Invitation, invitation_id_of, invited
from loyalty.surveys.occasion import why_not
from loyalty.surveys.running import Running
from loyalty.surveys.settings import Settings
from loyalty.types import Status

ASKABLE = frozenset({Status.ACTIVE, Status.QUALIFYING})
MOST_SURVEYS = 50
"""So many of those that fit are tried: as many as one reading has room for."""
KEYS_A_CALL = 100

Key = tuple[str, Mapping[str, str]]


@dataclass(frozen=True, slots=True)
class Chance:
    """An occasion, the surveys that fit it, those with the highest priority first, and the token each would have."""

    heard: Heard
    surveys: tuple[Running, ...]
    tokens: tuple[str, ...]

    @property
    def keys(self) -> tuple[Key, ...]:
        """The rows that decide: the account, the member's slot, an invitation per survey."""
        member_id = self.heard.occasion.member_id
        standing = [inviting.key(invitation_id_of(token)) for token in self.tokens]
        rows = [inviting.slot_key(member_id), *standing]
        return (account_store.table(), {"member_id": member_id}), *((settings.table(), row) for row in rows)


@dataclass(frozen=True, slots=True)
class Known:
    """What stands about an occasion: the account, when the member was asked last, whether this invited already."""

    account: Account | None
    slot: Item | None
    is_answered_for: bool


def fitting(event: Heard, surveys: Sequence[Running], rules: Settings, now: datetime) -> Chance | None:
    """Return the event as an occasion to ask something; None where no survey fits it."""
    fit = tuple(one for one in surveys if why_not(one, event.occasion, rules, now) is None)[:MOST_SURVEYS]
    return Chance(event, fit, tuple(inviting.token_for(one, event.occasion) for one in fit)) if fit else None


def readings(chances: Iterable[Chance]) -> dict[tuple[str, ...], Item | None]:
    """Read what decides of all of them together, 100 rows a call; later ones may overtake it.

    Raises:
        BusyError: if the service keeps leaving rows out.
    """
    keys = list({_name(key): key for chance in chances for key in chance.keys}.values())
    found: dict[tuple[str, ...], Item | None] = {}
    for some in batched(keys, KEYS_A_CALL, strict=False):
        found |= dict(zip(map(_name, some), _read(some), strict=True))
    return found


def _read(keys: Sequence[Key]) -> list[Item | None]:
    return attempts.settle(lambda certain: dynamo.batch_get(*keys, consistent=certain), Plan[list[Item | None]]).answer


@dataclass(frozen=True, slots=True)
class Round:
    """What the occasions of a batch are decided by; `rows` is what was read of all of them, kept up to date."""

    rules: Settings
    now: datetime
    rows: dict[tuple[str, ...], Item | None]

    def take(self, chance: Chance) -> Invitation | None:
        """Invite, if somebody is to be invited; None where not, or where it was done before.

        Raises:
            BusyError: nothing is known, or too many want the same; hearing the event again is safe.
        """

        def load(certain: bool) -> Known:
            early = None if certain else self._early(chance)
            return early if early and is_enough(chance, early, self.now) else self._certain(chance)

        def decide(known: Known) -> Plan[Invitation | None]:
            survey = chosen(chance, known, self.now)
            if survey is None or known.account is None:
                return Plan(None)
            invitation = self._invitation(chance, survey, known.account)
            return Plan(invitation, inviting.written(invitation, survey, self.rules, self.now))

        invitation = attempts.settle(load, decide).answer
        if invitation is not None:
            self._forget(chance)
        return invitation

    def _early(self, chance: Chance) -> Known | None:
        names = [_name(key) for key in chance.keys]
        return _known([self.rows[name] for name in names]) if all(name in self.rows for name in names) else None

    def _certain(self, chance: Chance) -> Known:
        """Read the rows again, of one instant, and keep them for the member's other events."""
        rows = dynamo.transact_get(*chance.keys)
        self.rows.update(zip(map(_name, chance.keys), rows, strict=True))
        return _known(rows)

    def _invitation(self, chance: Chance, survey: Running, account: Account) -> Invitation:
        tier = programme_store.tier_of(account, self.now)
        asked = Asked(AskedBy.EVENT, tier, self.now, time_zone(), chance.heard.trace)
        token = chance.tokens[chance.surveys.index(survey)]
        return invited(token, survey, chance.heard.occasion, self.rules, asked)

    def _forget(self, chance: Chance) -> None:
        """What was read is older now than what stands: the member's next event is decided on a new reading."""
        for key in chance.keys:
            self.rows.pop(_name(key), None)


def is_enough(chance: Chance, known: Known, now: datetime) -> bool:
    """Tell whether a reading that may be a moment old decides.

    A rest only ever becomes longer, and an invitation stays: seen once they are certain. Not so their absence, where
    it would make a survey of lower priority ask, nor an account that may have been opened, or released, just now.
    """
    if known.is_answered_for:
        return True
    if known.account is None or known.account.status not in ASKABLE:
        return False
    rested = _rested(chance, known, now)
    return not rested or rested[0] == chance.surveys[0]


def chosen(chance: Chance, known: Known, now: datetime) -> Running | None:
    """Return the survey to ask: the first that fits and whose rest is over; None where nobody is to be asked."""
    if known.is_answered_for or known.account is None or known.account.status not in ASKABLE:
        return None
    return next(iter(_rested(chance, known, now)), None)


def _rested(chance: Chance, known: Known, now: datetime) -> list[Running]:
    return [survey for survey in chance.surveys if inviting.is_rested(known.slot, survey, now)]


def _known(rows: Sequence[Item | None]) -> Known:
    account, slot, *standing = rows
    return Known(account_store.from_row(account) if account else None, slot, any(standing))


def _name(key: Key) -> tuple[str, ...]:
    table, row = key
    return (table, *row.values())
