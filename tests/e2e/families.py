"""Relatives as members register them in the app of the deployed mall, codes from the inbox."""

from collections.abc import Mapping
from typing import Any

from local.demo.api import Answer
from tests.e2e.mall import Mall, new_key

Relative = Mapping[str, Any]
SPOUSE = {"relation": "spouse", "birthday": "1991-02-28"}


def child(mall: Mall, who: str, **more: Any) -> dict[str, Any]:
    """A child under 18, with the guardian's consent to the text in force."""
    terms = mall.api.expect(200, who, "GET", "/me/family")["guardian_terms"]["version"]
    return {"relation": "child", "birthday": "2019-06-01", "guardian_terms_version": terms, **more}


def register(mall: Mall, who: str, relative: Relative, key: str = "") -> Answer:
    """Register a relative; asked again with the same key, the same one."""
    return mall.api.call(who, "POST", "/me/family", relative, key=key or new_key())


def registered(mall: Mall, who: str, relative: Relative) -> Relative:
    """Register a relative who must be taken."""
    answer = register(mall, who, relative)
    assert answer.status == 201, answer.body
    return answer.body


def asked(mall: Mall, who: str, relative_id: str, phone: str) -> str:
    """Have a relative asked for consent; returns the code that came to their phone."""
    mall.api.expect(202, who, "POST", f"/me/family/{relative_id}/codes", {"phone": phone})
    return mall.code_sent_to(phone)


def confirm(mall: Mall, who: str, relative_id: str, phone: str, code: str) -> Answer:
    """Pass on the code a relative received."""
    body = {"phone": phone, "phone_code": code}
    return mall.api.call(who, "POST", f"/me/family/{relative_id}/confirmations", body)


def family(mall: Mall, who: str) -> dict[str, str]:
    """The relatives a member sees, and whether each is in use."""
    found = mall.api.expect(200, who, "GET", "/me/family")["items"]
    return {one["relative_id"]: one["state"] for one in found}


def rows_of(mall: Mall, text: str) -> list[str]:
    """The rows of the members table, by their kinds, that hold a text anywhere."""
    table = mall.stack.resources["members_table_name"]
    pages = mall.aws("dynamodb").get_paginator("scan").paginate(TableName=table)
    return sorted(row["kind"]["S"] for page in pages for row in page["Items"] if text in str(row))
