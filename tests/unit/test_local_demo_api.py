"""The demo reads lists to their end, by the parameter that the API document names."""

from collections.abc import Mapping
from typing import Any
from urllib.parse import parse_qs, urlsplit

from local.demo.api import Answer, Api
from local.stack import Stack

NOWHERE = Stack("aurora", "local", "", "", "", "", "", "", {}, {}, {})
PAGES = {"": ([{"n": 1}, {"n": 2}], "a+b"), "a+b": ([{"n": 3}], None)}


class TwoPages(Api):
    """Answers with the page that `cursor` asks for, the first one without it; a filter stays what it is."""

    def __init__(self, stack: Stack) -> None:
        super().__init__(stack)
        self.filters: list[list[str] | None] = []

    def call(
        self, who: str, method: str, path: str, body: Mapping[str, Any] | None = None, *, key: str | None = None
    ) -> Answer:
        asked = parse_qs(urlsplit(path).query)
        self.filters.append(asked.get("state"))
        items, following = PAGES[asked.get("cursor", [""])[0]]
        return Answer(200, {"items": items, "next": following})


def test_a_list_of_two_pages_is_read_once_and_to_its_end() -> None:
    read = TwoPages(NOWHERE).items("marketer", "/rewards")
    assert [next(read, None) for _ in range(4)] == [{"n": 1}, {"n": 2}, {"n": 3}, None]


def test_a_list_with_a_filter_keeps_it_on_every_page() -> None:
    api = TwoPages(NOWHERE)
    assert len(list(api.items("operator", "/findings?state=resolved"))) == 3
    assert api.filters == [["resolved"], ["resolved"]]
