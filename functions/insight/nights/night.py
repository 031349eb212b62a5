"""What a nightly computation rests on, and what it makes: documents of a few hundred KB at most. Pure."""

import json
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

type Row = Mapping[str, str]
"""A row of the lake's answer: all text, null empty."""
MOST_BYTES = 380_000
"""How large a document's text may be: a row of the table holds 400 KB."""


@dataclass(frozen=True, slots=True)
class Night:
    """What every step of a night knows.

    Attributes:
        as_of: the mall-local day it stands on: what happened later is not counted.
        only_agreed: whether the mall profiles only who agreed to it; else everybody who did not refuse it (K1).
    """

    as_of: date
    only_agreed: bool = False


@dataclass(frozen=True, slots=True)
class Document:
    """What a step makes: anything JSON holds, under a name that says what of.

    Attributes:
        kept_days: how long it is kept, for what no later night replaces; None: for ever.

    Raises:
        ValueError: it is too large for a row; a step bounds what it makes.
    """

    name: str
    body: Mapping[str, Any]
    kept_days: int | None = None

    def __post_init__(self) -> None:
        if len(self.text.encode()) > MOST_BYTES:
            raise ValueError(f"document {self.name} is too large")

    @property
    def text(self) -> str:
        """The body as it is stored: the same body is the same text."""
        return json.dumps(self.body, ensure_ascii=False, separators=(",", ":"), sort_keys=True)


@dataclass(frozen=True, slots=True)
class Made:
    """Which refresh made a document.

    Attributes:
        as_of: the mall-local day it stands on; `made_at` is when it was asked for, RFC 3339.
        trace: of the request or schedule that asked for it.
    """

    as_of: date
    made_at: str
    refresh_id: str
    trace: str


@dataclass(frozen=True, slots=True)
class Step:
    """A part of the night: questions to the lake, and what is made of their answers.

    Attributes:
        name: of the step, told where it fails.
        questions: the SQL of the questions, composed (`loyalty.lake.composing`).
        documents: makes documents of the answers, in the questions' order, each to be read once. A pure function of
            its arguments, for it is done again after a crash.
        keep: writes what a document means beside itself, as often as it is called the same; None: it means no more.
    """

    name: str
    questions: Callable[[Night], Sequence[str]]
    documents: Callable[[Night, Sequence[Iterable[Row]]], Iterable[Document]]
    keep: Callable[[Document, Made], None] | None = None
