"""What happened to surveys, as events: made up, told one to five times, and recounted without the product's help."""

import json
import random
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from datetime import date, timedelta
from typing import Any

from functions.survey import on_count
from functions.survey.reporting import counting, figures_read
from functions.survey.reporting.counting import BY, EVERYTHING, tenant_book
from functions.survey.reporting.figures_sums import Sums, added
from loyalty.surveys.books import series_book
from tests.support import Context

SERIES = "5f0c3e9a1b7d42e8a6c40b13"
OTHER = "0b1c2d3e4f5a69788796a5b4"
FIRST, LAST = date(2026, 6, 20), date(2026, 8, 20)
TENANTS = ("shoes", "books", None)
Detail = dict[str, Any]
Fact = tuple[str, ...]


def detail(number: int, kind: str, **data: Any) -> Detail:
    """An event of a survey, as it lies in a message."""
    facts = {"series_id": SERIES, "survey_id": SERIES, "survey_version": 1, **data}
    return {"id": f"event-{number:05d}", "type": kind, "specversion": "1.0", "subject": "member-anna", "data": facts}


def answer(number: int, on: str = "2026-07-15", **data: Any) -> Detail:
    """An answer."""
    return detail(number, "SurveyAnswered", **{"channel": "app", "answered_on": on, **data})


def scored(dimension: str, score: int, question: str = "q") -> Detail:
    """A scale that was answered."""
    kind = "recommendation" if dimension == "recommendation" else "scale"
    return {"question": question, "kind": kind, "dimension": dimension, "score": score}


def story(size: int, chance: random.Random) -> list[Detail]:
    """So many events of two surveys: invitations, some of them answered, some expired, and answers out of the blue."""
    return [_one(number, chance) for number in range(size)]


def _one(number: int, chance: random.Random) -> Detail:
    opened = FIRST + timedelta(days=chance.randrange(55))
    told: Detail = {
        "series_id": chance.choice((SERIES, SERIES, OTHER)),
        "survey_version": chance.randint(1, 2),
        "tenant_id": chance.choice(TENANTS),
        "about": chance.choice(("=1+1", "t-1", None)),
        "tier": chance.choice(("gold", "regular", None)),
    }
    told = {name: value for name, value in told.items() if value is not None}
    kind = chance.choice(("SurveyOffered", "SurveyExpired", "SurveyAnswered", "SurveyAnswered"))
    if kind != "SurveyAnswered":
        return detail(number, kind, opened_on=opened.isoformat(), **told)
    if chance.random() < 0.7:
        told["invited_on"] = opened.isoformat()
    if chance.random() < 0.6:
        told["sentiment"] = chance.choice(("negative", "neutral", "positive"))
        told["aspects"] = chance.sample(("queue", "staff", "food"), chance.randint(0, 2))
        told["complaints"] = chance.sample(("queue.too_long", "staff.rude"), chance.randint(0, 2))
    told["scores"] = [
        scored(dimension, chance.randint(1, 10), f"q{place}")
        for place, dimension in enumerate(("ease", "ease", "service", "recommendation"))
        if chance.random() < 0.7
    ]
    told["choices"] = [
        {"question": "why", "choice": code}
        for code in chance.sample(("price", "threshold", "unknown"), chance.randint(0, 2))
    ]
    told["channel"] = chance.choice(("app", "link", "telephone"))
    return answer(number, (opened + timedelta(days=chance.randrange(7))).isoformat(), **told)


def deliver(details: Sequence[Mapping[str, Any]]) -> list[str]:
    """Deliver a batch; return the messages that come again."""
    bodies = [json.dumps({"detail-type": each.get("type"), "source": "loyalty", "detail": each}) for each in details]
    records = [{"messageId": f"m{n}", "body": body} for n, body in enumerate(bodies)]
    told = on_count.handler({"Records": records}, Context())
    return [failure["itemIdentifier"] for failure in told["batchItemFailures"]]


def deliver_repeatedly(details: Iterable[Detail], chance: random.Random, most: int = 10, times: int = 5) -> None:
    """Deliver everything one to five times, shuffled, in batches of up to `most`."""
    stream = [each for each in details for _ in range(chance.randint(1, times))]
    chance.shuffle(stream)
    while stream:
        size = chance.randint(1, most)
        batch, stream = stream[:size], stream[size:]
        assert deliver(batch) == []


def counted() -> Counter[Fact]:
    """Everything that figures say, as facts: book, where in it, what, how often."""
    facts: Counter[Fact] = Counter()
    for book in (series_book(SERIES), series_book(OTHER), EVERYTHING, *map(tenant_book, filter(None, TENANTS))):
        for day, row in figures_read.days(book, FIRST, LAST, 2):
            facts += _facts(book, day, added([row]))
        for by in BY:
            for group, row in figures_read.groups(book, by, FIRST, LAST, 2):
                facts += _facts(book, f"{by} {row['kind'].split('/')[1]} {group}", added([row]))
    return facts


def _facts(book: str, place: str, sums: Sums) -> Counter[Fact]:
    return Counter({(book, place, name): n for name, n in sums.numbers.items()})


def recount(details: Iterable[Detail]) -> Counter[Fact]:
    """The same facts, told from the events one by one, each once."""
    facts: Counter[Fact] = Counter()
    for each in {one["id"]: one for one in details}.values():
        told = each["data"]
        book = f"figures/{told['series_id']}"
        if each["type"] != "SurveyAnswered":
            name = {"SurveyOffered": "invited", "SurveyExpired": "expired"}[each["type"]]
            facts.update((book, place, name) for place in _places(told, told["opened_on"], None))
            continue
        if told.get("invited_on"):
            facts.update((book, place, "kept") for place in _places(told, told["invited_on"], None))
        day, *groups = _places(told, told["answered_on"], told["channel"])
        plain, words, choices = _said(told)
        facts.update((book, day, name) for name in [*plain, *words, *choices])
        facts.update((book, place, name) for place in groups for name in plain)
        facts.update(("figures/everything", day, name) for name in [*plain, *words])
        if tenant := told.get("tenant_id"):
            facts.update((f"figures/tenant/{tenant}", day, name) for name in [*plain, *words])
    return facts


def _places(told: Detail, day: str, channel: str | None) -> list[str]:
    month = day[2:4] + day[5:7]
    groups = {
        "tier": told.get("tier"),
        "tenant": told.get("tenant_id"),
        "about": told.get("about"),
        "version": told["survey_version"],
    }
    if channel:
        groups["channel"] = channel
    return [month + day[8:], *(f"{by} {month} {group}" for by, group in groups.items())]


def _said(told: Detail) -> tuple[list[str], list[str], list[str]]:
    scores = told.get("scores", [])
    plain = ["answered", *(f"score@{one['dimension']}@{one['score']}" for one in scores)]
    plain += {f"rated@{one['dimension']}" for one in scores}
    if told.get("sentiment"):
        plain.append(f"mood@{told['sentiment']}")
    words = [f"aspect@{code}" for code in told.get("aspects", [])]
    words += [f"complaint@{code}" for code in told.get("complaints", [])]
    choices = [f"choice@why@{one['choice']}" for one in told.get("choices", [])]
    return plain, words, choices + (["chose@why"] if choices else [])


def read(details: Iterable[Detail]) -> list[counting.SurveyEvent]:
    """The events as the product reads them."""
    return [found for each in details if (found := counting.event_of(each))]
