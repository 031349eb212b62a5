"""What the tenants' routes take and answer."""

from collections.abc import Mapping
from typing import Annotated, Any, Self

from pydantic import AfterValidator, ConfigDict, Field, model_validator

from functions.tenants.registry import Status
from loyalty.fields import MAX_POINTS, CategoryField, TenantIdField
from loyalty.http import Answer, Body
from loyalty.parts import THOUSANDTHS, to_text, to_thousandths
from loyalty.tenants import ReceiptScope

MAX_RATIO = 100


def _ratio(text: str) -> str:
    """Return the one way to write a ratio, so that equal requests are equal ("1.50" is "1.5")."""
    thousandths = int(str(to_thousandths(text)))
    if thousandths > MAX_RATIO * THOUSANDTHS:
        raise ValueError(f"at most {MAX_RATIO} points a yuan")
    return to_text(thousandths)


def _unique(values: tuple[str, ...]) -> tuple[str, ...]:
    return tuple(dict.fromkeys(values))


RatioField = Annotated[
    str,
    Field(pattern=r"^[0-9]{1,3}(\.[0-9]{1,3})?$", description="Points per yuan, as text.", examples=["1.5"]),
    AfterValidator(_ratio),
]
NameField = Annotated[str, Field(min_length=1, max_length=64, pattern=r"^\S(.*\S)?$")]
CategoriesField = Annotated[tuple[CategoryField, ...], Field(max_length=100), AfterValidator(_unique)]
RatiosField = Annotated[
    dict[CategoryField, RatioField],
    Field(max_length=100, description="Points per yuan in categories that differ from the tenant's own ratio."),
]
ScopeField = Annotated[
    ReceiptScope,
    Field(description="How long receipt numbers stay unique. Fixed once registered: every receipt's key holds it."),
]
ClientIdField = Annotated[
    str, Field(pattern=r"^[A-Za-z0-9._~@+-]{1,128}$", description="The OAuth client of a tenant's tills.")
]
MostField = Annotated[int, Field(strict=True, ge=1, le=MAX_POINTS)]
_LIMITS: dict[str, Any] = {"receipts_an_hour": 200, "points_a_day": 200_000, "points_a_receipt": 20_000}
_EXAMPLE: dict[str, Any] = {
    "tenant_id": "noodle-bar",
    "name_zh": "老街面馆",
    "name_en": "Old Street Noodles",
    "categories": ["dining"],
    "receipt_scope": "day",
    "points_per_yuan": "1",
    "ratios": {"dining": "1.5"},
    "limits": _LIMITS,
}
_ANSWERED = {
    **_EXAMPLE,
    "limits": {**_LIMITS, "till_receipts_an_hour": None, "till_points_a_day": None},
    "status": "active",
    "created_at": "2026-11-02T09:30:00.000Z",
    "held": False,
    "held_since": None,
}
_KEY: dict[str, Any] = {"client_id": "7h3k9q2m5v8x1c4b6n0p", "created_at": "2026-11-02T09:31:00.000Z"}
_TOLD_ONCE = "told-only-here-keep-it-in-the-till"


class TenantLimits(Body):
    """How fast a tenant may give points; what is null, or left out, is not limited (requirement F4).

    `points_a_receipt` is refused at once. Passing `receipts_an_hour` or `points_a_day` holds the tenant until an
    operator releases it; `till_…` holds for each till and only raises an alarm. Hours and days are the mall's own.
    """

    model_config = ConfigDict(json_schema_extra={"examples": [_LIMITS]})

    receipts_an_hour: MostField | None = None
    points_a_day: MostField | None = None
    points_a_receipt: MostField | None = None
    till_receipts_an_hour: MostField | None = None
    till_points_a_day: MostField | None = None

    @model_validator(mode="after")
    def _limits_something(self) -> Self:
        if not any(self.model_dump().values()):
            raise ValueError("name at least one limit; null takes them all away")
        return self


class TenantRequest(Body):
    """A tenant to register; its id is the mall's own code for the shop."""

    model_config = ConfigDict(json_schema_extra={"examples": [_EXAMPLE]})

    tenant_id: TenantIdField
    name_zh: NameField
    name_en: NameField
    categories: CategoriesField = ()
    receipt_scope: ScopeField = ReceiptScope.FOREVER
    points_per_yuan: Annotated[RatioField | None, Field(description="Null: the mall's own ratio.")] = None
    ratios: RatiosField = Field(default_factory=dict)
    limits: Annotated[TenantLimits | None, Field(description="Null: none.")] = None

    def terms(self) -> dict[str, Any]:
        """Return the terms as they are stored."""
        return self.model_dump(mode="json", exclude_none=True)


class TenantPatch(Body):
    """What changes; what is left out stays. `ratios` and `categories` replace the ones before."""

    model_config = ConfigDict(json_schema_extra={"examples": [{"points_per_yuan": "2", "ratios": {}}]})

    name_zh: NameField = Field(default_factory=str)
    name_en: NameField = Field(default_factory=str)
    categories: CategoriesField = Field(default_factory=tuple)
    points_per_yuan: RatioField | None = Field(default=None, description="Null: the mall's own ratio again.")
    ratios: RatiosField = Field(default_factory=dict)
    limits: TenantLimits | None = Field(default=None, description="Replaced as a whole; null: none any more.")
    status: Status = Field(default_factory=lambda: Status.ACTIVE, description="Closed: its tills are refused.")

    @model_validator(mode="after")
    def _something(self) -> Self:
        if not self.model_fields_set:
            raise ValueError("name at least one field to change")
        return self

    def changes(self) -> Mapping[str, Any]:
        """Return what was named, null included."""
        changes = self.model_dump(mode="json", exclude_unset=True)
        if self.limits:
            changes["limits"] = self.limits.model_dump(mode="json", exclude_none=True)
        return changes


class TenantAnswer(Answer):
    """A tenant's terms; `held`: it passed a limit, and its purchases are refused until an operator releases it."""

    model_config = ConfigDict(json_schema_extra={"examples": [_ANSWERED]})

    tenant_id: TenantIdField
    name_zh: str
    name_en: str
    categories: tuple[str, ...]
    receipt_scope: ReceiptScope
    points_per_yuan: str | None = None
    ratios: dict[str, str]
    limits: TenantLimits | None = None
    status: Status
    created_at: str
    held: bool = False
    held_since: str | None = None


class ReleaseRequest(Body):
    """Why a held tenant may trade again."""

    model_config = ConfigDict(json_schema_extra={"examples": [{"text": "断网一天后补传小票，已核对。"}]})

    text: Annotated[str, Field(min_length=1, max_length=2000, description="In words; stays with the alarm.")]


class KeyAnswer(Answer):
    """A till's key; its secret is not kept here."""

    model_config = ConfigDict(json_schema_extra={"examples": [_KEY]})

    client_id: ClientIdField
    created_at: str


class TenantDetailAnswer(TenantAnswer):
    """A tenant's terms and the keys of its tills."""

    model_config = ConfigDict(json_schema_extra={"examples": [{**_ANSWERED, "keys": [_KEY]}]})

    keys: tuple[KeyAnswer, ...]


class TenantsAnswer(Answer):
    """A page of tenants, in order of their ids."""

    model_config = ConfigDict(json_schema_extra={"examples": [{"items": [_ANSWERED], "next": None}]})

    items: tuple[TenantAnswer, ...]
    next: str | None = None


class KeyRequest(Body):
    """The client to register, only where the mall has an issuer of its own."""

    model_config = ConfigDict(json_schema_extra={"examples": [{}]})

    client_id: ClientIdField | None = None


class IssuedKeyAnswer(KeyAnswer):
    """A new key: the only time its secret is told. Null where another issuer made the client."""

    model_config = ConfigDict(json_schema_extra={"examples": [{**_KEY, "client_secret": _TOLD_ONCE}]})

    client_secret: str | None = None
