"""What a capability declares about its functions, as data: triggers, callers and exact grants.

The declarations need no CDK, so tests and documents read the same data the template is made from.
"""

from dataclasses import dataclass, field
from enum import StrEnum


class Table(StrEnum):
    """The tables of the data stack."""

    ACCOUNTS = "accounts"
    LEDGER = "ledger"
    MEMBERS = "members"
    TENANTS = "tenants"
    PROGRAM = "program"
    IMPORTS = "imports"
    COUPONS = "coupons"
    REWARDS = "rewards"
    SURVEYS = "surveys"
    CAMPAIGNS = "campaigns"
    CONTROL = "control"
    AUDIT = "audit"
    BOOKS = "books"
    LEADERBOARD = "leaderboard"
    SEGMENTS = "segments"
    INSIGHT = "insight"
    NOTICES = "notices"
    OFFERS = "offers"


class Layer(StrEnum):
    """Dependency groups of `pyproject.toml` that are layers of their own: heavy, and needed by few functions."""

    LAKE = "lake"


class Caller(StrEnum):
    """Who may call a route; the gateway turns away everyone else."""

    ANYONE = "anyone"
    MEMBER = "member"
    STAFF = "staff"
    TILL = "till"
    DESK = "till or staff"
    LINK = "holder of a link"
    PROVIDER = "a provider of messages, which proves itself"


UNASKED = frozenset({Caller.ANYONE, Caller.LINK, Caller.PROVIDER})
"""Callers whom the gateway lets through: the route is open, or what proves them is in the request itself."""


@dataclass(frozen=True)
class Route:
    """One route, such as `POST /purchases`, and who may call it."""

    key: str
    caller: Caller


@dataclass(frozen=True)
class TableGrant:
    """Exact DynamoDB actions on a table, or on one of its indexes."""

    table: Table
    actions: tuple[str, ...]
    index: str | None = None


@dataclass(frozen=True)
class BucketGrant:
    """One S3 action below a prefix of the imports bucket."""

    action: str
    prefix: str


@dataclass(frozen=True)
class SendGrant:
    """Sending to a queue of the same capability; its URL is the variable `env`."""

    queue: str
    env: str


@dataclass(frozen=True)
class UserPoolGrant:
    """Exact Cognito actions on the stage's user pool, where there is one."""

    actions: tuple[str, ...]


class Grant(StrEnum):
    """A grant that has no parameters."""

    PEPPER = "read the secret that keys every hash"
    SMS = "send a text message"
    EMAIL = "send an e-mail"
    WECHAT = "prove to WeChat which of its accounts are the mall's"
    PUSH = "sign what is handed to the mall's own push service"
    CALLBACKS = "know what providers prove themselves by"
    PUBLISH = "put events on the bus"
    TOKENS = "know what a valid token says"
    INVOKE_ITSELF = "continue in a new invocation"


class LakeGrant(StrEnum):
    """What a function may do with the lake (`infra.lake`)."""

    PUT_ROWS = "put rows into its streams"
    QUERY = "ask it by SQL and read the answers"
    COMPACT = "list, read, write and delete its files"


AnyGrant = TableGrant | BucketGrant | SendGrant | UserPoolGrant | Grant | LakeGrant


@dataclass(frozen=True)
class QueueSpec:
    """A queue of the capability. A parked queue is terminal: people empty it, no function does."""

    name: str
    parked: bool = False


@dataclass(frozen=True)
class FromQueue:
    """The function consumes a queue of its capability."""

    queue: str
    batch_size: int = 1


@dataclass(frozen=True)
class FromUploads:
    """The function consumes the notices of files uploaded below `uploads/<name>/`."""

    name: str


@dataclass(frozen=True)
class FromStreams:
    """The function consumes the change streams of tables."""

    tables: tuple[Table, ...]


@dataclass(frozen=True)
class FromEvents:
    """The function hears of events of these types on the mall's bus, through a queue of its own (ADR 0610).

    Attributes:
        types: names of the catalogue, such as `TierChanged`; `EVERY_EVENT` is all there are and will be.
        batch_size: how many events one run takes at most.
        window_s: how many seconds they may be gathered; more than ten events in one run need a window.
    """

    types: tuple[str, ...]
    batch_size: int = 10
    window_s: int = 0

    def hears(self, name: str) -> bool:
        """Tell whether events of a type reach the function."""
        return self.types == EVERY_EVENT or name in self.types


@dataclass(frozen=True)
class FromSchedule:
    """The function starts at the mall's wall-clock time of that name: every day, or every hour at its minute."""

    name: str
    hourly: bool = False


@dataclass(frozen=True)
class FromProviders:
    """The function hears, through a queue of its own, what providers tell of messages to members (ADR 1004)."""


class Special(StrEnum):
    """A trigger of its own kind, of few functions or one."""

    AUTHORIZER = "the gateway asks it who calls"
    DEPLOYMENT = "CloudFormation calls it with the programme of the mall's file"
    HAND = "people invoke it"
    SMS_LOG = "the log in which SNS tells of text messages hands it its lines"


INVOKED = frozenset({Special.DEPLOYMENT, Special.HAND, Special.SMS_LOG})
"""Triggers by which Lambda itself queues the events."""
Trigger = FromQueue | FromUploads | FromStreams | FromEvents | FromProviders | FromSchedule | Special


@dataclass(frozen=True, kw_only=True)
class FunctionSpec:
    """One Lambda function: `<capability>-<entry point>`.

    Attributes:
        name: for instance `members-on-upload`, whose handler is `functions.members.on_upload.handler`.
        grants: everything its role may do beyond writing its own log.
        routes: the HTTPS routes it answers.
        trigger: what else starts it.
        alarms: metrics of its own that somebody is told of as soon as they count one.
        layers: groups of packages that it needs beside those of all functions (a layer each).
    """

    name: str
    grants: tuple[AnyGrant, ...] = ()
    routes: tuple[Route, ...] = ()
    trigger: Trigger | None = None
    alarms: tuple[str, ...] = ()
    layers: tuple[Layer, ...] = ()

    @property
    def capability(self) -> str:
        """The folder under `functions/`."""
        return self.name.split("-", 1)[0]

    @property
    def handler(self) -> str:
        """The dotted repository path of the handler."""
        entry_point = self.name.split("-", 1)[1].replace("-", "_")
        return f"functions.{self.capability}.{entry_point}.handler"

    @property
    def somebody_waits(self) -> bool:
        """Whether a person or a till waits for the answer, so that a cold start hurts."""
        return bool(self.routes) or self.trigger is Special.AUTHORIZER

    @property
    def invoked_asynchronously(self) -> bool:
        """Whether Lambda itself queues its events, so that a failure needs a destination."""
        asynchronous = isinstance(self.trigger, FromSchedule) or self.trigger in INVOKED
        return asynchronous or Grant.INVOKE_ITSELF in self.grants

    @property
    def queue(self) -> str | None:
        """The queue of its capability that the function consumes; who hears of events has one by its own name."""
        match self.trigger:
            case FromQueue(queue=name):
                return name
            case FromEvents() | FromProviders():
                return self.name
            case _:
                return None

    @property
    def may_be_started_by_hand(self) -> bool:
        """Whether operations invoke it: to catch up a sweep, to publish a period again."""
        return isinstance(self.trigger, FromSchedule) or self.trigger is Special.HAND

    @property
    def needs_failure_destination(self) -> bool:
        """Whether failed runs must go somewhere: Lambda's own queue and streams have no dead letters else."""
        return self.invoked_asynchronously or isinstance(self.trigger, FromStreams)

    @property
    def continues_itself(self) -> bool:
        """Whether a long job goes on in a new run of the same function, which Lambda takes for a runaway loop."""
        sends_to = {grant.queue for grant in self.grants if isinstance(grant, SendGrant)}
        return self.queue in sends_to or Grant.INVOKE_ITSELF in self.grants


@dataclass(frozen=True, kw_only=True)
class CapabilitySpec:
    """A folder under `functions/` as the cloud sees it."""

    name: str
    functions: tuple[FunctionSpec, ...]
    queues: tuple[QueueSpec, ...] = field(default=())

    @property
    def all_queues(self) -> tuple[QueueSpec, ...]:
        """The queues it declares, and those of its functions that hear of events, or from providers."""
        hearing = [one for one in self.functions if isinstance(one.trigger, FromEvents | FromProviders)]
        return *self.queues, *(QueueSpec(function.name) for function in hearing)


EVERY_EVENT: tuple[str, ...] = ()
"""For who hears all of the mall's events: those of types to come, too."""
READ = ("GetItem", "BatchGetItem", "Query")
"""What `r` means in every grant; a transaction's reads need nothing more."""


def on(table: Table, *actions: str) -> TableGrant:
    """Grant those actions on the table itself."""
    return TableGrant(table, actions)


def on_index(table: Table, index: str) -> TableGrant:
    """Grant queries on one index, and on nothing else of the table."""
    return TableGrant(table, ("Query",), index)


def routes(caller: Caller, *keys: str) -> tuple[Route, ...]:
    """Declare routes that the same caller may use."""
    return tuple(Route(key, caller) for key in keys)
