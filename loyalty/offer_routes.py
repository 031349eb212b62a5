"""The HTTPS routes of whatever marketers offer: one set of paths, names and refusals for every kind.

    routes = OfferRoutes(app, "a reward", RewardAnswer, reward_answer, shelves.catalogue)

    @routes.pause("Nobody redeems it meanwhile; what was redeemed before is handed over. Repeating it is safe.")
    def pause(reward_id: RewardIdPath) -> Response[RewardAnswer]:
        return routes.stepped(reward_id, Step.PAUSE)

Paths, operation ids, summaries and tags follow from what the kind is called: "a coupon template" is at
`/coupon-templates`, is drafted by `draftCouponTemplate`, and is named by `template_id`.
"""

from collections.abc import Callable
from typing import Any, Protocol

from aws_lambda_powertools.event_handler import APIGatewayHttpResolver, Response
from pydantic import BaseModel

from loyalty import offers
from loyalty.attempts import Plan
from loyalty.auth import Group, require_group
from loyalty.catalogue import Catalogue, Offer, OfferState, OwnApprovalError, Step, WrongStateError
from loyalty.clock import utc_now
from loyalty.errors import (
    BusyError,
    ForbiddenError,
    IdempotencyKeyRequiredError,
    IdempotencyKeyReusedError,
    LoyaltyError,
    NotFoundError,
)
from loyalty.http import answers, created, logger
from loyalty.offers import ChangedMeanwhileError
from loyalty.paging import InvalidCursorError, cursor, listed, position

DRAFTED = (ForbiddenError, IdempotencyKeyRequiredError, IdempotencyKeyReusedError, BusyError)
STEPPED = (ForbiddenError, NotFoundError, WrongStateError, BusyError)


class Route(Protocol):
    """Declares the function below it a route, and leaves it as it is."""

    def __call__[**P, R](self, function: Callable[P, R], /) -> Callable[P, R]:
        """Declare a function."""


class OfferRoutes[Shown: BaseModel]:
    """The routes by which staff lead one kind of offer through its life.

    Attributes:
        thing: what it is called, without its article, such as `coupon template`.
        path: where its offers are, such as `/coupon-templates`.
        key: what an offer's id is called, such as `template_id`.
    """

    def __init__(
        self,
        app: APIGatewayHttpResolver,
        a_thing: str,
        answer: type[Shown],
        shown: Callable[[Offer], Shown],
        where: Callable[[], Catalogue],
        tag: str | None = None,
    ) -> None:
        """Name the kind.

        Args:
            a_thing: what it is called, with its article.
            answer: how staff see one.
            shown: makes that of an offer.
            where: where they are kept.
            tag: of its routes in the API's document; else the kind's own name.
        """
        self._app, self._answer, self._shown, self._where = app, answer, shown, where
        self._a_thing, self.thing = a_thing, a_thing.split(" ", 1)[1]
        self._list = f"{self.thing.replace(' ', '-')}s"
        self.path, self.key = f"/{self._list}", f"{self.thing.split()[-1]}_id"
        self._noun = "".join(word.capitalize() for word in self.thing.split())
        self._tags = [tag or f"{self.thing}s"]

    def draft(self, description: str | None = None, *refusals: type[LoyaltyError]) -> Route:
        """Declare the route that drafts one."""
        found = answers(201, self._answer, "The draft", *DRAFTED, *refusals)
        return self._route("post", "", f"draft{self._noun}", f"Draft {self._a_thing}", found, description)

    def page(self, page: type[BaseModel], summary: str | None = None) -> Route:
        """Declare the route that lists them."""
        found = answers(200, page, f"A page of {self.thing}s", ForbiddenError, InvalidCursorError)
        return self._route("get", "", f"list{self._noun}s", summary or f"List the {self.thing}s", found)

    def one(self, summary: str | None = None) -> Route:
        """Declare the route that reads one."""
        found = answers(200, self._answer, f"The {self.thing}", ForbiddenError, NotFoundError)
        return self._route("get", self._one, f"get{self._noun}", summary or f"Read {self._a_thing}", found)

    def change(self, *refusals: type[LoyaltyError], instead: str = "end it and draft the next") -> Route:
        """Declare the route that changes a draft; `instead`: what to do where it was published."""
        found = answers(200, self._answer, "The draft", *STEPPED, *refusals)
        summary = f"Change {self._a_thing} before it is published"
        told = f"What was approved is a draft again. Once published it never changes: {instead}."
        return self._route("patch", self._one, f"change{self._noun}", summary, found, told)

    def approve(self) -> Route:
        """Declare the route by which another person approves it."""
        found = answers(201, self._answer, "Approved", *STEPPED, OwnApprovalError, ChangedMeanwhileError)
        told = "Name the version you looked at, so that nothing is approved unseen. Repeating it is safe."
        summary = f"Approve {self._a_thing} another person wrote"
        return self._route("post", f"{self._one}/approvals", f"approve{self._noun}", summary, found, told)

    def publish(self, description: str, *refusals: type[LoyaltyError]) -> Route:
        """Declare the route that publishes it."""
        found = answers(201, self._answer, "Published", *STEPPED, *refusals)
        summary = f"Publish an approved {self.thing}"
        return self._route("post", f"{self._one}/publications", f"publish{self._noun}", summary, found, description)

    def pause(self, description: str) -> Route:
        """Declare the route that pauses it."""
        found, summary = answers(201, self._answer, "Paused", *STEPPED), f"Pause a published {self.thing}"
        return self._route("post", f"{self._one}/pauses", f"pause{self._noun}", summary, found, description)

    def resume(self, description: str = "Repeating it is safe.") -> Route:
        """Declare the route that goes on with it."""
        found, summary = answers(201, self._answer, "Published again", *STEPPED), f"Go on with a paused {self.thing}"
        return self._route("post", f"{self._one}/resumptions", f"resume{self._noun}", summary, found, description)

    def end(self, description: str) -> Route:
        """Declare the route that ends it for ever."""
        found, summary = answers(201, self._answer, "Ended", *STEPPED), f"End {self._a_thing} for ever"
        return self._route("post", f"{self._one}/endings", f"end{self._noun}", summary, found, description)

    def staff(self, *groups: Group) -> str:
        """Return who asks.

        Raises:
            ForbiddenError: if they are in none of the groups; without any, every member of staff may.
        """
        return require_group(self._app.current_event.raw_event, *groups)

    def created(self, plan: Plan[Offer]) -> Response[Shown]:
        """Answer with what was drafted or stepped."""
        offer = plan.answer
        told: dict[str, Any] = {self.key: offer.offer_id, "state": offer.state.value, "replayed": plan.replayed}
        logger.info(f"{self.thing} moved", **told)
        return created(self._shown(offer), f"{self.path}/{offer.offer_id}", replayed=plan.replayed)

    def changed(self, plan: Plan[Offer], fields: set[str]) -> Shown:
        """Answer with a draft that was changed."""
        told: dict[str, Any] = {self.key: plan.answer.offer_id, "fields": sorted(fields)}
        logger.info(f"{self.thing} changed", **told)
        return self._shown(plan.answer)

    def stepped(self, offer_id: str, step: Step) -> Response[Shown]:
        """Take a step that marketers may take and that changes nothing but the state."""
        return self.created(offers.step(self._where(), offer_id, step, self.staff(Group.MARKETER), utc_now()))

    def approved(self, offer_id: str, version: int | None) -> Response[Shown]:
        """Approve what another person wrote."""
        login = self.staff(Group.APPROVER)
        return self.created(offers.step(self._where(), offer_id, Step.APPROVE, login, utc_now(), version))

    def found(self, offer_id: str) -> Offer:
        """Read one for staff."""
        self.staff()
        return offers.read(self._where(), offer_id)

    def listed[Page: BaseModel](
        self, page: type[Page], limit: int, after: str | None, state: OfferState | None
    ) -> Response[Page]:
        """Answer with a page of them, in order of their ids."""
        self.staff()
        found, last = offers.page(self._where(), state, position(self._list, after), limit)
        following = cursor(self._list, last) if last else None
        filtered = {"state": state.value} if state else {}
        answer = page.model_validate({"items": tuple(map(self._shown, found)), "next": following})
        return listed(answer, following, limit=limit, **filtered)

    @property
    def _one(self) -> str:
        return f"/<{self.key}>"

    def _route(
        self, method: str, path: str, name: str, summary: str, found: dict[int, Any], description: str | None = None
    ) -> Route:
        declare = getattr(self._app, method)
        told = {"summary": summary, "description": description, "tags": self._tags, "responses": found}
        route: Route = declare(f"{self.path}{path}", operation_id=name, **told)
        return route
