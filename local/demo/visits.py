"""Members at a till: phone verified, code shown, a part paid with points; and one who brings goods back."""

import re
import uuid
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, time, timedelta
from typing import Any
from urllib.parse import quote

from local.demo.api import Api, DemoError, fetch
from local.demo.days import NEWEST_IN_FILE, DemoCalendar
from local.demo.people import phone_of
from local.demo.receipts import Line
from local.demo.tenants import TENANTS

VISITORS = 5
POINTS = 2_000
BASKET = (
    {"sku": "DEMO-LAMP", "category": "furniture", "quantity": 1, "amount": 299_00},
    {"sku": "DEMO-NOTEBOOK", "category": "office_supplies", "quantity": 2, "amount": 98_00},
)
GROSS = sum(int(str(line["amount"])) for line in BASKET)


@dataclass(frozen=True)
class Visitor:
    """A member who comes to a till.

    Attributes:
        number: 1 for the first.
        customer: the id in the file.
        name: the name in the file.
        tenant_id: whose till it is.
    """

    number: int
    customer: str
    name: str
    tenant_id: str

    @property
    def phone(self) -> str:
        """The member's number."""
        return phone_of(self.customer)

    @property
    def login(self) -> str:
        """Who calls as this member."""
        return f"member:{self.phone}"

    @property
    def till(self) -> str:
        """Who calls as the till."""
        return f"till:{self.tenant_id}"

    @property
    def receipt_no(self) -> str:
        """The number of the receipt of this visit."""
        return f"VISIT-{self.number}"


def best_customers(lines: Sequence[Line], number: int) -> list[str]:
    """Those who spent most in the file's last ten months, the best first."""
    since = NEWEST_IN_FILE - timedelta(days=300)
    spent: Counter[str] = Counter()
    for line in lines:
        if line.day > since:
            spent[line.customer] += line.amount_fen
    return [customer for customer, _ in spent.most_common(number)]


def visitors(lines: Sequence[Line]) -> list[Visitor]:
    """The best customers: they have points to spend."""
    names = {line.customer: line.name for line in lines}
    chosen = best_customers(lines, VISITORS)
    return [
        Visitor(number, customer, names[customer], TENANTS[number % len(TENANTS)].tenant_id)
        for number, customer in enumerate(chosen, 1)
    ]


def claim_membership(api: Api, visitor: Visitor) -> bool:
    """Somebody signs in, proves that the phone is hers, and confirms age and terms; once is enough.

    An imported member claims the membership that way, and whoever is new becomes a member.

    Returns:
        whether it had to be done.
    """
    who = visitor.login
    if api.call(who, "GET", "/me").status == 200:
        return False
    api.expect(202, who, "POST", "/me/phone-codes", {"phone": visitor.phone})
    terms = api.expect(200, "", "GET", "/program")["enrolment"]["terms_version"]
    person = {
        "name": visitor.name,
        "phone": visitor.phone,
        "phone_code": _code_received(api, visitor.phone),
        "birthday": f"198{visitor.number}-05-20",
        "terms_version": terms,
        "channel": "app",
    }
    api.expect(201, who, "POST", "/me", person)
    return True


def pay_with_points(api: Api, visitor: Visitor, calendar: DemoCalendar) -> Mapping[str, Any]:
    """The member shows the code, the till opens a session with it and sends the receipt."""
    session = open_session(api, visitor)
    rate = api.expect(200, "", "GET", "/program")["redemption"]
    receipt = {
        "receipt_no": visitor.receipt_no,
        "member_session": session,
        "purchased_at": visited_at(visitor, calendar).isoformat(),
        "lines": list(BASKET),
        "gross": GROSS,
        "points": POINTS,
        "paid": GROSS - POINTS * rate["fen"] // rate["points"],
    }
    return api.expect(201, visitor.till, "POST", "/purchases", receipt)


def open_session(api: Api, visitor: Visitor) -> str:
    """The member shows the code, and the till knows who stands there."""
    code = api.expect(200, visitor.login, "GET", "/me/code")["code"]
    session = api.expect(201, visitor.till, "POST", "/member-sessions", {"member_code": code}, key=str(uuid.uuid4()))
    return str(session["member_session"])


def bring_back(api: Api, visitor: Visitor) -> Mapping[str, Any]:
    """The notebooks are returned: what they earned is taken back, their share of the points is given back."""
    back = {"refund_no": f"{visitor.receipt_no}-R1", "lines": [{**BASKET[1]}]}
    path = f"/purchases/{visitor.receipt_no}/refunds"
    return api.expect(201, visitor.till, "POST", path, back)


def visited_at(visitor: Visitor, calendar: DemoCalendar) -> datetime:
    """One visit an hour, from noon on the day after the newest order."""
    return datetime.combine(calendar.till_day, time(11 + visitor.number), calendar.zone)


def _code_received(api: Api, phone: str) -> str:
    """Read the newest text message to a number from the local cloud's inbox."""
    number = quote(f"+86{phone}")
    inbox = fetch(f"{api.stack.endpoint_url}/_ministack/sns/sms-messages?phoneNumber={number}")
    messages = [message for each in inbox.get("sms_messages", {}).values() for message in each]
    codes = [found.group() for message in messages if (found := re.search(r"\b\d{6}\b", str(message.get("Message"))))]
    if not codes:
        raise DemoError(f"No text message with a code has reached the phone of member {phone[-4:]}.")
    return codes[-1]
