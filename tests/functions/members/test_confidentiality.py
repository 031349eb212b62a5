"""Personal data never reaches logs, metrics, refusals or the ledger: canaries walk every route, and are sought."""

from collections.abc import Callable
from typing import Any

import pytest

from loyalty import dynamo
from tests.functions.members.conftest import Mall, application, rows_of
from tests.support import HttpAnswer

NAME = "金丝雀甲"
PHONE = "13912345678"
EMAIL = "canary@example.com"
BIRTHDAY = "1987-06-05"
CARD = "CANARY-77"
COMPANY = "金丝雀商行"
REASON = "金丝雀的理由"
CANARIES = {NAME, PHONE, EMAIL, BIRTHDAY, CARD, COMPANY, REASON}


class Journey:
    """Walks every route with canaries in its hands, and collects every answer and every secret on the way."""

    def __init__(self, mall: Mall) -> None:
        self.mall = mall
        self.secrets = set(CANARIES)
        self.refusals: list[HttpAnswer] = []

    def keep(self, answer: HttpAnswer) -> Any:
        if answer.status >= 400:
            self.refusals.append(answer)
        return answer.body

    def member(self, route: str, body: object = None) -> Any:
        return self.keep(self.mall.member("canary-login", route, body))

    def desk(self, route: str, body: object = None, key: str = "") -> Any:
        return self.keep(self.mall.desk(self.mall.staff, route, body, key))

    def till(self, route: str, body: object = None, key: str = "canary-key") -> Any:
        self.secrets.add(key)
        return self.keep(self.mall.desk(self.mall.till, route, body, key))

    def walk(self) -> None:
        known = {"name": NAME, "email": EMAIL, "birthday": BIRTHDAY}
        self.till("POST /members", {**known, "phone": PHONE, "card_no": CARD})
        code = self.mall.code_for("canary-login", PHONE)
        self.secrets.add(code)
        apply = application(PHONE, **known, phone_code=code, kind="company", company={"name": COMPANY})
        member_id = self.member("POST /me", apply)["member_id"]
        self.member("GET /me")
        self.member("PATCH /me", {"name": NAME + "乙"})
        self.member("GET /me/export")
        shown = self.member("GET /me/code")["code"]
        session = self.till("POST /member-sessions", {"member_code": shown})["member_session"]
        self.secrets |= {shown, session}
        for search in ({"phone": PHONE}, {"card_no": CARD}):
            self.desk("POST /members/searches", search)
        self.desk(f"POST /members/{member_id}/cards", {"card_no": CARD + "8"})
        self.desk(f"POST /members/{member_id}/cards/losses")
        self.stumble(member_id, apply)
        self.member("DELETE /me")

    def stumble(self, member_id: str, apply: dict[str, Any]) -> None:
        """Be refused in every way there is."""
        for name, value in (("birthday", NAME), ("email", NAME), ("kind", PHONE), ("phone_code", PHONE), (PHONE, 1)):
            self.member("POST /me", {**apply, name: value})
        self.member("POST /me", {**apply, "phone": PHONE + "9"})
        self.member("POST /me", '{"name": "' + NAME)
        self.member("PATCH /me", {"birthday": "2019-06-05", "name": NAME})
        self.member("PATCH /me", {"phone": "13912345679", "phone_code": "999999"})
        self.till("POST /member-sessions", {"member_code": PHONE}, key="canary-other")
        self.till("POST /members", {"name": NAME, "phone": PHONE, "x": NAME}, key="canary-third")
        self.till("POST /members", {"name": NAME, "phone": PHONE}, key="canary-key")
        self.desk("POST /members/searches", {"phone": NAME})
        self.desk(f"POST /members/{member_id}/refusals", {"reason": REASON})
        self.desk(f"POST /members/{member_id}/cards", {"card_no": CARD})


@pytest.fixture
def said(caplog: pytest.LogCaptureFixture, capfd: pytest.CaptureFixture[str]) -> Callable[[], str]:
    """Everything logged or printed."""

    def everything() -> str:
        out, err = capfd.readouterr()
        records = "".join(str(vars(record)) for record in caplog.records)
        return out + err + records

    return everything


def test_no_log_line_holds_personal_data(mall: Mall, said: Callable[[], str]) -> None:
    journey = Journey(mall)
    journey.walk()
    lines = said()
    assert "answered" in lines
    assert "under_age" in lines
    for secret in journey.secrets:
        assert secret not in lines, secret


def test_no_refusal_repeats_what_was_sent(mall: Mall) -> None:
    journey = Journey(mall)
    journey.walk()
    assert len(journey.refusals) >= 12
    for answer in journey.refusals:
        for secret in journey.secrets - {PHONE}:
            assert secret not in str(answer.body), (secret, answer.body)


def test_ledger_and_accounts_know_only_the_random_id(mall: Mall) -> None:
    journey = Journey(mall)
    journey.walk()
    books = str(rows_of("ledger") + rows_of("accounts"))
    assert "status_after" in books
    for secret in journey.secrets | {"canary-login"}:
        assert secret not in books, secret


def test_even_a_crash_tells_nothing(mall: Mall, said: Callable[[], str]) -> None:
    code = mall.code_for("canary-login", PHONE)

    def fail(**_: object) -> None:
        raise ValueError(f"cannot make sense of {NAME}, {PHONE}, {EMAIL}, {code}")

    dynamo.client().meta.events.register_first("before-call.dynamodb", fail)
    answer = mall.enrol("canary-login", PHONE, phone_code=code, name=NAME, email=EMAIL)
    dynamo.client().meta.events.unregister("before-call.dynamodb", fail)
    assert answer.status == 500
    lines = said()
    assert "ValueError" in lines
    for secret in (NAME, PHONE, EMAIL, code):
        assert secret not in lines + str(answer.body)
