"""What the shipped malls start with, through the real routes: published by two people, once, and then members hear."""

from collections.abc import Iterator, Mapping
from dataclasses import replace
from typing import Any, cast

import pytest

from functions.notices.templates import shelf
from local.demo.api import Api
from local.demo.offers import publish_offers
from local.starter import MALLS, Starter, read_starter
from loyalty import dynamo
from tests.functions.notices.office import ANNA, BEN, EMAILS, PHONES, Mall, fates, letters, texts
from tests.functions.notices.test_templates import PATH, ask

pytestmark = pytest.mark.filterwarnings("ignore:No application metrics")


class Routes:
    """The routes of notices; of other offers there are none."""

    def items(self, who: str, path: str) -> Iterator[Mapping[str, Any]]:
        yield from ask(who, f"GET {path}").body["items"] if path == PATH else ()

    def expect(
        self, status: int, who: str, method: str, path: str, body: Mapping[str, Any], *, key: str | None = None
    ) -> Mapping[str, Any]:
        answer = ask(who, f"{method} {path}", body or None, key=key)
        assert answer.status == status, answer.body
        return cast("Mapping[str, Any]", answer.body)


def load(name: str) -> Starter:
    """Publish a mall's notices, and nothing else."""
    nothing = dict[str, Any]()
    starter = replace(
        read_starter(name),
        coupons=nothing,
        discounts=nothing,
        rewards=nothing,
        surveys=nothing,
        campaigns=nothing,
        occasions=nothing,
    )
    publish_offers(cast("Api", Routes()), starter)
    return starter


@pytest.mark.parametrize("name", sorted(path.stem for path in MALLS.glob("*.toml")))
def test_a_malls_notices_are_published_and_loading_them_twice_changes_nothing(mall: Mall, name: str) -> None:
    starter = load(name)
    before = dynamo.client().scan(TableName="notices")["Items"]
    published = [one.template.name_zh for one in shelf.published()]
    assert sorted(published) == sorted(one.name_zh for one in starter.notices.values())
    load(name)
    assert dynamo.client().scan(TableName="notices")["Items"] == before


def test_members_then_hear_and_who_did_not_consent_gets_no_marketing(mall: Mall) -> None:
    load("aurora")
    mall.member(BEN, marketing=False)
    for who in (ANNA, BEN):
        mall.happens("PointsExpiring", who, id=f"expiring-{who}")
        mall.happens("CouponSent", who, id=f"coupon-{who}")
    assert sorted(number for number, _ in texts()) == sorted(PHONES.values())
    assert [address for address, *_ in letters()] == [EMAILS[ANNA]]
    assert sorted(fates(), key=str) == [("sent", None)] * 3 + [("skipped", "no_consent")]


def test_members_who_came_with_a_file_hear_nothing(mall: Mall) -> None:
    load("aurora")
    mall.happens("PointsExpiring", origin="import")
    assert (texts(), fates()) == ([], [])
