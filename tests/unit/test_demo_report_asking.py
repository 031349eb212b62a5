"""Before the report: the demo waits for the lake, and no longer than it may; all is computed anew, the night last."""

from collections.abc import Iterator, Mapping
from typing import Any, cast

import pytest

from local.demo import waiting
from local.demo.api import Answer, Api, DemoError
from local.demo.report import catching_up
from local.demo.report.asking import Period, ask, refresh
from tests.unit import demo_answers
from tests.unit.demo_answers import PERIOD

VISITS = Period(PERIOD.last, PERIOD.last)
ROUTES = ("/segments/refreshes", "/insight/predictions/fits", "/insight/refreshes")


class Mall:
    """Answers what is put there, and notes what was begun and asked; jobs end at once."""

    def __init__(self) -> None:
        told = demo_answers.answers()
        self.begun: list[tuple[str, Any]] = []
        self.asked: list[str] = []
        self.state = "done"
        self.receipts: Iterator[Answer] = iter(())
        self.there: dict[str, Mapping[str, Any]] = {
            "/segments/rfm": told.rfm,
            "/insight/baskets": told.categories,
            "/insight/bundles": told.bundles,
            "/insight/funnel": told.funnel["tier"],
            "/insight/predictions": told.night,
            "/insight/predictions/fits/job": {"fit": told.year},
        }

    def call(self, _who: str, _method: str, path: str) -> Answer:
        self.asked.append(path)
        return next(self.receipts, Answer(200, self.there.get(path.partition("?")[0], {})))

    def expect(
        self, status: int, _who: str, method: str, path: str, body: Any = None, *, key: str | None = None
    ) -> Mapping[str, Any]:
        if method == "POST":
            self.begun.append((path, body))
            return {"status_url": "/job", "fit_id": "job"}
        return {"state": self.state, "fit_id": "job"} if path == "/job" else self.call("", "GET", path).body

    def items(self, _who: str, path: str) -> Iterator[Mapping[str, Any]]:
        self.asked.append(path)
        yield from demo_answers.segments()


@pytest.fixture
def mall(monkeypatch: pytest.MonkeyPatch) -> Mall:
    monkeypatch.setattr(catching_up, "_POLL_SECONDS", 0)
    monkeypatch.setattr(waiting, "POLL_SECONDS", 0)
    return Mall()


def api(mall: Mall) -> Api:
    return cast("Api", mall)


def counted(*receipts: int) -> Iterator[Answer]:
    return iter([Answer(200, {"baskets": number}) for number in receipts])


def test_the_demo_waits_until_the_lake_has_every_receipt(mall: Mall, capsys: pytest.CaptureFixture[str]) -> None:
    mall.receipts = counted(0, 4000, 5009)
    catching_up.await_receipts(api(mall), PERIOD, 5009)
    assert len(mall.asked) == 3
    assert "from=2022-11-18&to=2026-11-14" in mall.asked[0]
    assert "5,009" in capsys.readouterr().out


def test_a_busy_lake_is_asked_again_and_a_refusal_ends_the_demo(mall: Mall) -> None:
    mall.receipts = iter([Answer(503, {}), *counted(5009)])
    catching_up.await_receipts(api(mall), PERIOD, 5009)
    mall.receipts = iter([Answer(403, {"code": "forbidden"})])
    with pytest.raises(DemoError, match="forbidden"):
        catching_up.await_receipts(api(mall), PERIOD, 5009)


def test_a_lake_that_never_catches_up_is_not_waited_for_for_ever(mall: Mall, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(catching_up, "_MAX_SECONDS", -1)
    mall.receipts = counted(17)
    with pytest.raises(DemoError, match="17 of 5,009"):
        catching_up.await_receipts(api(mall), PERIOD, 5009)


def test_the_demo_waits_until_the_funnel_has_every_coupon(mall: Mall) -> None:
    mall.receipts = iter([Answer(200, {"total": {"issued": number}}) for number in (3, 13)])
    catching_up.await_coupons(api(mall), VISITS, 13)
    assert len(mall.asked) == 2


def test_everything_is_computed_as_of_the_last_day_and_the_night_has_the_last_word(mall: Mall) -> None:
    assert refresh(api(mall), PERIOD) == "job"
    assert [path for path, _ in mall.begun] == list(ROUTES)
    assert [body.get("as_of") or body["hold_out_to"] for _, body in mall.begun] == ["2026-11-14"] * 3
    assert mall.begun[1][1] == {"from": "2022-11-18", "to": "2025-11-15", "hold_out_to": "2026-11-14"}


def test_a_computation_that_fails_ends_the_demo(mall: Mall) -> None:
    mall.state = "failed"
    with pytest.raises(DemoError, match="failed"):
        refresh(api(mall), PERIOD)


def test_a_report_asks_for_rules_that_two_receipts_bear_out(mall: Mall) -> None:
    found = ask(api(mall), PERIOD, VISITS, "job")
    (path,) = [path for path in mall.asked if "level=sku" in path]
    support = float(path.rpartition("=")[2])
    assert 1 < support * found.categories["baskets"] <= 2


def test_what_changes_with_every_run_is_not_kept(mall: Mall) -> None:
    first = ask(api(mall), PERIOD, VISITS, "job")
    assert {name for one in first.segments for name in one} == {"segment_id", "name_zh", "name_en", "size", "as_of"}
    second = ask(api(mall), PERIOD, VISITS, "job")
    assert second.noted() == first.noted()
    mall.there["/segments/rfm"] = {**mall.there["/segments/rfm"], "customers": 1}
    third = ask(api(mall), PERIOD, VISITS, "job").noted()
    assert {name for name, digest in third.items() if digest != first.noted()[name]} == {"rfm"}
