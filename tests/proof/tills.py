"""Sixteen tills that ask until they are answered, and remember what they were told."""

import random
import threading
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field

from botocore.exceptions import ClientError, HTTPClientError
from botocore.exceptions import ConnectionError as NotConnectedError

from loyalty import dynamo
from loyalty.clock import utc_now
from loyalty.entries import Entry
from loyalty.errors import BusyError, LoyaltyError
from tests.proof.requests import Answer, Request
from tests.proof.weather import Weather

THREADS = 16
PATIENCE = 200
"""How often a till asks again before the proof says it never gets an answer."""


@dataclass(frozen=True)
class Refused:
    """A certain refusal: nothing may have happened."""

    code: str


type Told = Answer | Refused


@dataclass
class Notebook:
    """What the tills were told, in the order they were told it."""

    told: list[tuple[Request, Told]] = field(default_factory=list)
    asked_again: int = 0
    _lock: threading.Lock = field(default_factory=threading.Lock)

    def write(self, request: Request, told: Told, tries: int) -> None:
        """Note one answer."""
        with self._lock:
            self.told.append((request, told))
            self.asked_again += tries - 1

    def entries(self) -> list[tuple[Request, Entry]]:
        """Return the requests that were granted, with the entry each was answered from."""
        return [(request, told) for request, told in self.told if isinstance(told, Entry)]

    def refused(self) -> list[tuple[Request, Refused]]:
        """Return the requests that were refused."""
        return [(request, told) for request, told in self.told if isinstance(told, Refused)]


def insist(request: Request) -> tuple[Told, int]:
    """Ask until there is an answer or a refusal; return it and how many tries it took."""
    for tries in range(1, PATIENCE):
        try:
            return request.ask(utc_now()), tries
        except BusyError:
            continue
        except LoyaltyError as refusal:
            return Refused(refusal.code), tries
        except (HTTPClientError, NotConnectedError):
            continue
        except ClientError as error:
            if not dynamo.is_transient(error):
                raise
    raise AssertionError(f"{request} was never answered")


def serve(requests: Sequence[Request], weather: Weather, threads: int = THREADS) -> Notebook:
    """Deal the requests to the tills and let them work at the same time; each waits for all the others first."""
    notebook, start = Notebook(), threading.Barrier(threads)

    def work(number: int) -> None:
        weather.begin_thread(number)
        luck = random.Random(number)
        start.wait()
        for request in requests[number::threads]:
            told, tries = insist(request)
            notebook.write(request, told, tries)
            if luck.random() < 0.1:  # a till that did not trust the answer
                notebook.write(request, *insist(request))

    with ThreadPoolExecutor(threads) as tills:
        for done in [tills.submit(work, number) for number in range(threads)]:
            done.result()
    return notebook
