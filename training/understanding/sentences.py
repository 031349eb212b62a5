"""The labelled sentences: own text, split by a fixed rule before anything was tuned on it."""

import csv
import hashlib
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path

DATA = Path(__file__).parent / "data"
OWN = ("zh.csv", "en.csv")
SECOND_AUTHOR = "second_author.csv"
PLAINLY_SAID = range(1001, 2000)
"""The numbers of the sentences that say what they mean, among them about a fifth that do not."""
TEST_PERCENT, DEV_PERCENT = 35, 15


@dataclass(frozen=True, slots=True)
class Sentence:
    """One sentence and what people read in it.

    Attributes:
        aspects: the primary one first.
        complaints: codes of `functions.survey.understanding.labels.COMPLAINTS`.
    """

    sentence_id: str
    split: str
    locale: str
    text: str
    sentiment: str
    aspects: tuple[str, ...]
    complaints: tuple[str, ...]


def own_sentences(*splits: str) -> list[Sentence]:
    """Return our sentences of some splits (`train`, `dev`, `test`), of all without one."""
    return [each for name in OWN for each in read(DATA / name) if not splits or each.split in splits]


def plainly_said(sentences: Iterable[Sentence]) -> list[Sentence]:
    """Return the sentences that say what they mean, as most answers do; others only imply it, or are told at length."""
    return [each for each in sentences if int(each.sentence_id.partition("-")[2]) in PLAINLY_SAID]


def read(path: Path) -> Iterator[Sentence]:
    """Yield the sentences of a file."""
    with path.open(encoding="utf-8", newline="") as file:
        for row in csv.DictReader(file):
            yield Sentence(
                sentence_id=row["id"],
                split=row["split"],
                locale=row["locale"],
                text=row["text"],
                sentiment=row["sentiment"],
                aspects=_codes(row["aspects"]),
                complaints=_codes(row["complaints"]),
            )


def split_of(sentence_id: str) -> str:
    """Return the split an id belongs to: decided by its hash, never by the sentence."""
    share = int(hashlib.sha256(sentence_id.encode()).hexdigest(), 16) % 100
    if share < TEST_PERCENT:
        return "test"
    return "dev" if share < TEST_PERCENT + DEV_PERCENT else "train"


def _codes(cell: str) -> tuple[str, ...]:
    return tuple(filter(None, cell.split(";")))
