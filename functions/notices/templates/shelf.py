"""Where templates of notices are kept, and which of them are published (requirement N1)."""

from functions.notices.messages.deciding import Published
from functions.notices.messages.outgoing import table
from functions.notices.templates.template import NoticeTemplate
from loyalty.catalogue import Catalogue, Offer, OfferState


def catalogue() -> Catalogue:
    """Return the templates' catalogue."""
    return Catalogue(table(), "notice_id", "notice_template")


def definition_of(offer: Offer) -> NoticeTemplate:
    """Return a template's definition."""
    return NoticeTemplate.model_validate(offer.definition)


def published() -> tuple[Published, ...]:
    """Read the templates that are published: an event comes once, so nothing older will do."""
    return tuple(
        Published(offer.offer_id, offer.version, definition_of(offer))
        for offer in catalogue().everything()
        if offer.state is OfferState.PUBLISHED
    )
