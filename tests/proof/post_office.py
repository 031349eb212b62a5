"""A provider of text messages and e-mail on the loopback, in SNS's and SES's wire format, that keeps what it took.

Of a hundred messages some few are taken and the answer cut off, some are refused because it is busy.
"""

import random
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any, NamedTuple
from urllib.parse import parse_qs

LOST_SHARE, BUSY_SHARE = 0.01, 0.01
_ANSWER = (
    '<{0}Response xmlns="http://{1}.amazonaws.com/doc/"><{0}Result><MessageId>{2}</MessageId></{0}Result>'
    "<ResponseMetadata><RequestId>r</RequestId></ResponseMetadata></{0}Response>"
)
_BUSY = "<ErrorResponse><Error><Type>Sender</Type><Code>Throttling</Code><Message>x</Message></Error></ErrorResponse>"


class Letter(NamedTuple):
    """A message the provider took: to whom, what it says, and when, by the mall's clock and by the real one."""

    to: str
    text: str
    at: datetime
    seen: float


@dataclass
class PostOffice:
    """What the provider took, and what it did not answer or not take."""

    clock: Callable[[], datetime]
    luck: random.Random

    def __post_init__(self) -> None:
        self.letters: list[Letter] = []
        self.lost = self.busy = 0
        self._lock = threading.Lock()

    def take(self, form: dict[str, list[str]]) -> str | None:
        """Take a request; return the answer's body, None where the line is cut before it."""
        with self._lock:
            drawn = self.luck.random()
            if drawn < BUSY_SHARE:
                self.busy += 1
                return _BUSY
            to = form.get("PhoneNumber") or form["Destination.ToAddresses.member.1"]
            text = form.get("Message") or form["Message.Body.Text.Data"]
            self.letters.append(Letter(to[0], text[0], self.clock(), time.monotonic()))
            if drawn < BUSY_SHARE + LOST_SHARE:
                self.lost += 1
                return None
            action = form["Action"][0]
            return _ANSWER.format(action, "sns" if action == "Publish" else "ses", f"id-{len(self.letters)}")


class _Counter(BaseHTTPRequestHandler):
    """Speaks HTTP for the post office."""

    protocol_version = "HTTP/1.1"
    disable_nagle_algorithm = True
    office: PostOffice

    def do_POST(self) -> None:
        """Take one message."""
        body = self.rfile.read(int(self.headers["Content-Length"]))
        answer = self.office.take(parse_qs(body.decode()))
        if answer is None:
            self.close_connection = True
            return
        told = answer.encode()
        self.send_response(400 if answer is _BUSY else 200)
        self.send_header("Content-Type", "text/xml")
        self.send_header("Content-Length", str(len(told)))
        self.end_headers()
        self.wfile.write(told)

    def log_message(self, *_: Any) -> None:
        """Say nothing: tens of thousands of lines would be read by nobody."""


@contextmanager
def opened(office: PostOffice) -> Iterator[str]:
    """Serve the post office on the loopback; yields its address."""
    handler = type("Counter", (_Counter,), {"office": office})
    with ThreadingHTTPServer(("127.0.0.1", 0), handler) as server:
        thread = threading.Thread(target=server.serve_forever, daemon=True)
        thread.start()
        try:
            yield f"http://127.0.0.1:{server.server_port}"
        finally:
            server.shutdown()
            thread.join()
