"""What staff send about coupon templates and get back (requirements C1 to C4, C7)."""

from typing import Annotated, Any, Literal

from aws_lambda_powertools.event_handler.openapi.params import Path
from pydantic import ConfigDict, Field

from functions.coupons import templates
from loyalty.catalogue import Offer
from loyalty.coupons.template import IssuedOn, MonthDay, Template, Validity
from loyalty.coupons.terms import Terms
from loyalty.fields import CategoryField, FenField, PointsField, QuantityField, SkuField, TenantIdField
from loyalty.http import Answer, Body
from loyalty.offer_models import EXAMPLE_LIFE, LifeAnswer, Patch, life_of
from loyalty.parts import Code

OFFER_ID = r"^[0-9a-f]{24}$"
MOST_LINES = 300

OfferId = Annotated[str, Field(pattern=OFFER_ID)]
EXAMPLE_ID = "5f0c3e9a1b7d42e8a6c40b13"
TemplateIdPath = Annotated[str, Path(pattern=OFFER_ID, description="The template's id.", examples=[EXAMPLE_ID])]

EXAMPLE_DEFINITION: dict[str, Any] = {
    "name_zh": "父亲节满500减50",
    "name_en": "Father's Day: 50 off 500",
    "category": "festival",
    "terms": {"kind": "amount_off", "threshold_fen": 50000, "off_fen": 5000, "scope": {"categories": ["menswear"]}},
    "validity": {"from": "2026-06-15", "until": "2026-06-30"},
    "quantity": 1000,
    "word": "DAD2026",
    "unit_cost_fen": 0,
    "funded_by": "mall",
}
_FULL = Template.model_validate(EXAMPLE_DEFINITION).model_dump(mode="json", by_alias=True)
_TEMPLATE = {"template_id": EXAMPLE_ID, **EXAMPLE_LIFE, "definition": _FULL, "left": 1000}


class TemplatePatch(Patch):
    """What changes in a draft; what is left out stays, what is given is replaced as a whole."""

    model_config = ConfigDict(json_schema_extra={"examples": [{"quantity": 2000, "per_member": 2}]})

    name_zh: str | None = None
    name_en: str | None = None
    category: Code | None = None
    terms: Terms | None = None
    validity: Validity | None = None
    quantity: int | None = None
    per_member: int | None = None
    tiers: tuple[Code, ...] | None = None
    claimable: bool | None = None
    word: str | None = None
    issued_on: IssuedOn | None = None
    unit_cost_fen: int | None = None
    funded_by: Literal["mall", "tenant"] | None = None


class TemplateAnswer(LifeAnswer):
    """A template; `left` says how many coupons are left to issue, where there is a limit and it was published."""

    model_config = ConfigDict(json_schema_extra={"examples": [_TEMPLATE]})

    template_id: str
    definition: Template
    left: int | None = None


class TemplatesAnswer(Answer):
    """A page of templates, in order of their ids."""

    model_config = ConfigDict(json_schema_extra={"examples": [{"items": [{**_TEMPLATE, "left": None}], "next": None}]})

    items: tuple[TemplateAnswer, ...]
    next: str | None = None


class PreviewLine(Body):
    """One line of a sample basket; `amount` is the line's total in fen, all pieces together."""

    sku: SkuField
    category: CategoryField
    brand: Annotated[str, Field(max_length=64)] = ""
    quantity: QuantityField = 1
    amount: FenField


class PreviewRequest(Body):
    """A sample basket at a tenant, for a member of a tier, with points and coupons of other templates beside.

    Attributes:
        birthday: the member's, `MM-DD`; without one, it is not known.
    """

    model_config = ConfigDict(
        json_schema_extra={
            "examples": [
                {
                    "tenant_id": "menswear-house",
                    "lines": [{"sku": "SUIT-1", "category": "menswear", "quantity": 1, "amount": 59900}],
                    "tier": "gold",
                    "birthday": "05-17",
                    "points": 500,
                    "coupons": [],
                }
            ]
        }
    )

    tenant_id: TenantIdField
    lines: Annotated[tuple[PreviewLine, ...], Field(min_length=1, max_length=MOST_LINES)]
    tier: Code | None = None
    birthday: MonthDay | None = None
    points: PointsField = 0
    coupons: Annotated[tuple[OfferId, ...], Field(max_length=9)] = ()


class ReductionAnswer(Answer):
    """What one thing took off: a coupon's `template_id`, or the automatic discount that `source` names."""

    source: str
    template_id: str | None
    kind: str
    off_fen: int
    parts: Annotated[tuple[int, ...], Field(description="Fen off each line, in their order.")]


class RefusalAnswer(Answer):
    """A coupon that does not apply: why, and in `missing` what is missing."""

    template_id: str
    code: str
    detail: str
    missing: dict[str, Any]


class PreviewAnswer(Answer):
    """What a basket would cost; `nets` is what each line costs in money, in their order."""

    model_config = ConfigDict(
        json_schema_extra={
            "examples": [
                {
                    "gross": 59900,
                    "payable": 54400,
                    "points_fen": 500,
                    "nets": [54400],
                    "reductions": [
                        {
                            "source": f"{EXAMPLE_ID}.0",
                            "template_id": EXAMPLE_ID,
                            "kind": "amount_off",
                            "off_fen": 5000,
                            "parts": [5000],
                        }
                    ],
                    "refused": [],
                    "currency": "CNY",
                }
            ]
        }
    )

    gross: int
    payable: int
    points_fen: int
    nets: tuple[int, ...]
    reductions: tuple[ReductionAnswer, ...]
    refused: tuple[RefusalAnswer, ...]
    currency: Literal["CNY"] = "CNY"


def template_answer(offer: Offer, left: int | None = None) -> TemplateAnswer:
    """Return a template as staff see it."""
    definition = templates.definition_of(offer)
    return TemplateAnswer(template_id=offer.offer_id, definition=definition, left=left, **life_of(offer))
