"""A small HTTP server on loopback that a stand-in answers by, and its ways to fail: silence, a cut, a redirection."""

import socket
import ssl
import sys
import threading
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any, NamedTuple

import pytest
from botocore.httpsession import URLLib3Session

from loyalty import https

A_MOMENT = 1.0
"""Seconds: long enough for a request to be heard on a busy machine, for it is looked at what was asked."""


class Asked(NamedTuple):
    """A request as it came in, over which connection; header names are in lower case."""

    method: str
    path: str
    headers: Mapping[str, str]
    body: bytes
    connection: int


class Told(NamedTuple):
    """What is answered."""

    status: int
    body: bytes = b""
    headers: Mapping[str, str] = {}


class CutOffError(Exception):
    """Raised by a stand-in that hangs up without an answer."""


class SilentError(Exception):
    """Raised by a stand-in that took the request and says nothing until it is closed."""


Answering = Callable[[Asked], Told]


@contextmanager
def serving(answer: Answering, certified: ssl.SSLContext | None = None) -> Iterator[str]:
    """Serve on a free port of loopback, by TLS if so asked; yield the address, without a slash at its end."""
    over = threading.Event()
    server = _Server(("127.0.0.1", 0), _handler(answer, over))
    server.daemon_threads = True
    if certified:
        server.socket = certified.wrap_socket(server.socket, server_side=True, do_handshake_on_connect=False)
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01}, daemon=True)
    thread.start()
    try:
        yield f"{'https' if certified else 'http'}://127.0.0.1:{server.server_address[1]}"
    finally:
        over.set()
        server.shutdown()
        server.server_close()
        thread.join()


class _Server(ThreadingHTTPServer):
    def handle_error(self, *asked: Any) -> None:
        """Say nothing of clients that hang up: that is what some tests are about."""
        if not isinstance(sys.exception(), OSError):
            super().handle_error(*asked)


def _handler(answer: Answering, over: threading.Event) -> type[BaseHTTPRequestHandler]:
    """Return what serves one connection; who is silent keeps it until all is over."""

    class Handler(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"  # whoever calls may keep the connection

        def do_POST(self) -> None:
            """Answer as the stand-in says."""
            headers = {name.lower(): text for name, text in self.headers.items()}
            body = self.rfile.read(int(headers.get("content-length", 0)))
            try:
                self._tell(answer(Asked(self.command, self.path, headers, body, self.client_address[1])))
            except SilentError:
                over.wait()
            except CutOffError:
                self.connection.shutdown(socket.SHUT_RDWR)
                self.close_connection = True

        def do_GET(self) -> None:
            """Answer as the stand-in says."""
            self.do_POST()

        def _tell(self, told: Told) -> None:
            self.send_response(told.status)
            for name, text in {"Content-Length": str(len(told.body)), **told.headers}.items():
                self.send_header(name, text)
            self.end_headers()
            self.wfile.write(told.body)

        def log_message(self, *_said: object) -> None:
            """Say nothing."""

    return Handler


def wait_a_moment_for_silence(monkeypatch: pytest.MonkeyPatch, is_next: Callable[[], bool]) -> None:
    """Wait a moment only for an answer that will not come, as long as ever for any other, however busy the machine."""
    seconds: Any = (https.CONNECT_SECONDS, A_MOMENT)
    briefly, ever = URLLib3Session(timeout=seconds), https._session()
    monkeypatch.setattr(https, "_session", lambda: briefly if is_next() else ever)


def nobody() -> str:
    """Return an address on loopback where nobody listens."""
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        return f"http://127.0.0.1:{free.getsockname()[1]}"
