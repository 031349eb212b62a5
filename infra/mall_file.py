"""A mall's configuration file, `malls/<mall>.toml`: what is infrastructure, and the programme's first version.

A wrong file stops the synth with a sentence that names the file, the key and what is allowed, for the person who
onboards a mall is not always the one who wrote this code.
"""

import tomllib
from datetime import UTC, date, datetime, time, timedelta
from pathlib import Path
from typing import Annotated, Literal, Self
from zoneinfo import ZoneInfo, available_timezones

from pydantic import (
    BeforeValidator,
    Field,
    ValidationError,
    ValidationInfo,
    field_validator,
    model_validator,
)
from pydantic_core import PydanticCustomError

from infra.mall_channels import Channels
from infra.mall_errors import MallFileError, explain
from infra.section import Section
from loyalty.programme import Programme

MALLS = Path(__file__).parent.parent / "malls"
ENV_VALUE = r"^[^\s]+$"
YEARS_CHECKED = range(2026, 2038)
"""Daylight saving rules are published a few years ahead; a decade of them shows the pattern."""

LogRetention = Literal[30, 90, 180, 365, 1096]


def _wall_clock(value: object) -> object:
    """Read `"03:30"`; TOML's own time type would allow seconds and fractions."""
    if not isinstance(value, str):
        raise PydanticCustomError("wall_clock", 'write the time as text, such as "03:30"')
    try:
        return datetime.strptime(value, "%H:%M").replace(tzinfo=UTC).time()
    except ValueError:
        raise PydanticCustomError("wall_clock", 'write hours and minutes, "00:00" to "23:59"') from None


WallClock = Annotated[time, BeforeValidator(_wall_clock)]


class Mall(Section):
    """Who the mall is and where it runs."""

    code: Annotated[str, Field(pattern=r"^[a-z][a-z0-9]{1,15}$")]
    name_zh: Annotated[str, Field(min_length=1, max_length=64)]
    name_en: Annotated[str, Field(min_length=1, max_length=64)]
    region: Annotated[str, Field(pattern=r"^[a-z]{2}-[a-z]+-\d$")]
    time_zone: str

    @field_validator("time_zone")
    @classmethod
    def _known(cls, value: str) -> str:
        if value not in available_timezones():
            raise PydanticCustomError("time_zone", 'write an IANA time zone, such as "Asia/Shanghai"')
        return value

    @property
    def partition(self) -> str:
        """The AWS partition of the region: `aws` or `aws-cn`."""
        return "aws-cn" if self.region.startswith("cn-") else "aws"


class CognitoIdentity(Section):
    """Tokens come from a user pool this stage creates."""

    provider: Literal["cognito"]
    domain_prefix: Annotated[str, Field(pattern=r"^[a-z0-9](?:[a-z0-9-]{0,40}[a-z0-9])?$")]

    @field_validator("domain_prefix")
    @classmethod
    def _not_reserved(cls, value: str) -> str:
        if any(word in value for word in ("aws", "amazon", "cognito")):
            raise PydanticCustomError("reserved", 'the words "aws", "amazon" and "cognito" are reserved by AWS')
        return value


class OidcIdentity(Section):
    """Tokens come from an issuer the mall already has."""

    provider: Literal["oidc"]
    issuer: Annotated[str, Field(pattern=r"^https://[^\s?#]+$")]
    audience: Annotated[tuple[str, ...], Field(min_length=1, max_length=50)]
    member_scope: Annotated[str, Field(pattern=ENV_VALUE)]
    staff_scope: Annotated[str, Field(pattern=ENV_VALUE)]
    till_scope: Annotated[str, Field(pattern=ENV_VALUE)]
    groups_claim: Annotated[str, Field(pattern=ENV_VALUE)]

    @model_validator(mode="after")
    def _tills_are_told_apart(self) -> Self:
        if self.till_scope in {self.member_scope, self.staff_scope}:
            raise PydanticCustomError("till_scope", "till_scope must differ from member_scope and staff_scope")
        return self


Identity = Annotated[CognitoIdentity | OidcIdentity, Field(discriminator="provider")]


class Schedules(Section):
    """When the sweeps start, on the mall's wall clock."""

    expiry: WallClock = time(3, 30)
    coupons: WallClock = time(3, 45)
    surveys: WallClock = time(0, 5)
    books: WallClock = time(4, 15)
    lake: WallClock = time(4, 45)
    segments: WallClock = time(5, 15)
    insight: WallClock = time(5, 45)
    notices: WallClock = time(0, 2)
    lifecycle: WallClock = time(6, 30)


class Limits(Section):
    """How much a mall may use."""

    requests_per_second: Annotated[int, Field(ge=1, le=10_000)] = 1_000
    burst: Annotated[int, Field(ge=1, le=5_000)] = 2_000
    log_retention_days: LogRetention = 180
    archive_days: Annotated[int, Field(ge=1, le=3_650)] = 365


class Insight(Section):
    """Whom segments and predictions may be about, and how long the stages of a member's life last.

    Attributes:
        profiling: `unless_refused`: everybody who did not refuse it; `granted`: only who agreed to it.
        new_days: days after the first purchase; `active_days`, `dormant_days`: after the last one. More is lost.
        new_members_a_month: how many shall join in a month; left out: the monthly report knows no target.
        gross_margin_per_mille: of what is paid, by category of goods; only these have a margin in the report.
        alert_fall_per_mille: how far a group's average receipt has to fall below what was expected, in thousandths,
            `alert_weeks` running, to be told of; weeks with fewer than `alert_least_receipts` receipts say nothing.
    """

    profiling: Literal["unless_refused", "granted"] = "unless_refused"
    new_days: Annotated[int, Field(ge=1, le=3_650)] = 30
    active_days: Annotated[int, Field(ge=1, le=3_650)] = 90
    dormant_days: Annotated[int, Field(ge=1, le=3_650)] = 180
    new_members_a_month: Annotated[int, Field(ge=1, le=10_000_000)] | None = None
    gross_margin_per_mille: Annotated[
        dict[Annotated[str, Field(min_length=1, max_length=64)], Annotated[int, Field(ge=-1_000, le=1_000)]],
        Field(max_length=40),
    ] = Field(default_factory=dict)
    alert_fall_per_mille: Annotated[int, Field(ge=10, le=900)] = 100
    alert_weeks: Annotated[int, Field(ge=2, le=8)] = 3
    alert_least_receipts: Annotated[int, Field(ge=10, le=100_000)] = 30

    @model_validator(mode="after")
    def _stages_follow_each_other(self) -> Self:
        if not self.new_days <= self.active_days < self.dormant_days:
            raise PydanticCustomError("stages", "write new_days <= active_days < dormant_days")
        return self


class Notices(Section):
    """How members are written to.

    Attributes:
        quiet_from, quiet_until: nobody is written to between them; equal: no quiet hours.
        marketing_a_week: how many marketing messages a member gets in any seven days.
        member_url: the address under which members reach the API; links in messages begin with it.
        sms_fen_per_1000, email_fen_per_1000: what a thousand of them cost, in fen, where the mall wants to see it.
    """

    quiet_from: WallClock = time(21, 0)
    quiet_until: WallClock = time(8, 0)
    marketing_a_week: Annotated[int, Field(ge=1, le=50)] = 3
    member_url: Annotated[str, Field(pattern=r"^https?://[^\s?#]*[^\s?#/]$")] | None = None
    sms_fen_per_1000: Annotated[int, Field(ge=0, le=1_000_000)] | None = None
    email_fen_per_1000: Annotated[int, Field(ge=0, le=1_000_000)] | None = None


class Operations(Section):
    """Who is told when something is wrong."""

    alarm_emails: tuple[Annotated[str, Field(pattern=r"^[^@\s]+@[^@\s]+\.[^@\s]+$")], ...] = ()


class MallFile(Section):
    """One mall's whole configuration."""

    mall: Mall
    identity: Identity
    channels: Channels
    schedules: Schedules = Schedules()
    limits: Limits = Limits()
    insight: Insight = Insight()
    notices: Notices = Notices()
    operations: Operations = Operations()
    program: Programme

    @field_validator("identity")
    @classmethod
    def _exists_there(cls, value: CognitoIdentity | OidcIdentity, info: ValidationInfo) -> object:
        mall = info.data.get("mall")
        if mall and mall.partition == "aws-cn" and value.provider == "cognito":
            raise PydanticCustomError("china", 'provider must be "oidc": Cognito has no user pools in China')
        return value

    @field_validator("channels")
    @classmethod
    def _sends_there(cls, value: Channels, info: ValidationInfo) -> Channels:
        mall = info.data.get("mall")
        if mall and mall.partition == "aws-cn" and value.sms == "sns":
            raise PydanticCustomError("china", 'sms must be "tencent" or "none": SNS sends no text messages in China')
        if mall and mall.partition == "aws-cn" and value.email == "ses":
            raise PydanticCustomError("china", 'email must be "none": there is no SES in China')
        return value

    @field_validator("schedules")
    @classmethod
    def _happens_every_day(cls, value: Schedules, info: ValidationInfo) -> Schedules:
        mall = info.data.get("mall")
        if not mall:
            return value
        for name in Schedules.model_fields:
            skipped = first_day_skipping(getattr(value, name), ZoneInfo(mall.time_zone))
            if skipped:
                raise PydanticCustomError(
                    "skipped",
                    "{name} must be a time that exists every day in {zone}: daylight saving skips it on {day}",
                    {"name": name, "zone": mall.time_zone, "day": skipped.isoformat()},
                )
        return value


def first_day_skipping(wall_clock: time, zone: ZoneInfo) -> date | None:
    """Return the first day whose clocks jump over that time, if there is one."""
    day = date(YEARS_CHECKED.start, 1, 1)
    while day.year in YEARS_CHECKED:
        local = datetime.combine(day, wall_clock, tzinfo=zone)
        if local.astimezone(UTC).astimezone(zone).time() != wall_clock:
            return day
        day += timedelta(days=1)
    return None


def load(code: str, folder: Path = MALLS) -> MallFile:
    """Read and check `<folder>/<code>.toml`.

    Raises:
        MallFileError: the file is missing or wrong; the message says which key and what is allowed.
    """
    path = folder / f"{code}.toml"
    known = ", ".join(sorted(file.stem for file in folder.glob("*.toml")))
    if not path.is_file():
        raise MallFileError(f"{path.name}: there is no such mall file; malls: {known}")
    try:
        mall = MallFile.model_validate(tomllib.loads(path.read_text(encoding="utf-8")))
    except tomllib.TOMLDecodeError as error:
        raise MallFileError(f"{path.name}: not valid TOML: {error}") from None
    except ValidationError as error:
        raise MallFileError(explain(path.name, error, MallFile)) from None
    if mall.mall.code != code:
        raise MallFileError(f'{path.name}: mall.code: must be "{code}", the name of the file')
    return mall
