"""What a coupon does to a sample basket, before anybody has it: the checkout's own pricing (C4, A11, T3)."""

from datetime import datetime

from functions.coupons.staff_models import PreviewAnswer, PreviewLine, PreviewRequest, ReductionAnswer, RefusalAnswer
from functions.coupons.templates import definition_of
from loyalty import offers, programme_store
from loyalty.clock import local_date
from loyalty.coupons import issue
from loyalty.coupons.terms import Discount
from loyalty.discounts import running
from loyalty.pricing.basket import Basket, Line, Offered
from loyalty.pricing.campaigns import Buyer, Visit, for_member
from loyalty.pricing.price import price
from loyalty.pricing.records import Priced, Refused
from loyalty.programme import Programme
from loyalty.settings import time_zone
from loyalty.types import Fen

TIER = "tier"
"""What a receipt names as the reason of the tier's own discount."""


def of(template_id: str, request: PreviewRequest, now: datetime, language: str) -> PreviewAnswer:
    """Price a sample basket with a coupon of this template and of others, as the checkout would now.

    Raises:
        NotFoundError: if there is no such template.
    """
    programme = programme_store.current(now)
    basket = Basket(
        tenant_id=request.tenant_id,
        lines=tuple(_line(line) for line in request.lines),
        coupons=tuple(_offered(n, each) for n, each in enumerate((template_id, *request.coupons))),
        discounts=_discounts(request, programme, now),
        points_value=programme.redemption.value_of(request.points),
        excluded=programme.excluded,
    )
    return _answer(basket, price(basket), language)


def _line(line: PreviewLine) -> Line:
    return Line(line.sku, line.category, line.quantity, Fen(line.amount), line.brand)


def _offered(number: int, template_id: str) -> Offered:
    """Return a coupon that nobody has; the number tells several of one template apart."""
    terms = definition_of(offers.read(issue.templates(), template_id)).terms
    return Offered(f"{template_id}.{number}", template_id, terms)


def _discounts(request: PreviewRequest, programme: Programme, now: datetime) -> tuple[Discount, ...]:
    """Return what is taken off without a coupon: by the tier, the lowest where none is named, and by campaigns.

    Without a birthday, no campaign for birthdays takes anything off.
    """
    tier = programme.tier(request.tier or "")
    own = (Discount(code=TIER, percent=tier.discount_percent),) if tier.discount_percent else ()
    buyer = Buyer(tier.code, request.birthday.replace("-", "") if request.birthday else None)
    return (*own, *for_member(running(now), buyer, Visit(now, local_date(now, time_zone()), request.tenant_id)))


def _answer(basket: Basket, priced: Priced, language: str) -> PreviewAnswer:
    templates = {offered.code: offered.template_id for offered in basket.coupons}
    return PreviewAnswer(
        gross=priced.gross,
        payable=priced.payable,
        points_fen=sum(priced.points),
        nets=priced.nets,
        reductions=tuple(
            ReductionAnswer(
                source=found.source,
                template_id=found.template_id,
                kind=found.kind,
                off_fen=found.off,
                parts=found.parts,
            )
            for found in priced.reductions
        ),
        refused=tuple(_refused(found, templates[found.code], language) for found in priced.refused),
    )


def _refused(found: Refused, template_id: str, language: str) -> RefusalAnswer:
    refusal = found.refusal
    return RefusalAnswer(
        template_id=template_id, code=refusal.code, detail=refusal.sentence(language), missing=dict(refusal.params)
    )
