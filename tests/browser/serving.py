"""The page's own handler behind a real HTTP server, as the gateway puts it behind one: same events, same answers.

The server adds nothing: no header, no encoding. What a browser meets here is what the handler answers.
"""

import base64
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any
from urllib.parse import parse_qsl, urlsplit

from functions.survey import page
from tests.support import Context, http_event

_one_at_a_time = threading.Lock()


class _Gateway(BaseHTTPRequestHandler):
    """Turns requests into the gateway's events; its bodies come encoded, as a gateway may send them."""

    protocol_version = "HTTP/1.1"

    def do_GET(self) -> None:
        """Show a page."""
        self._answer(None)

    def do_POST(self) -> None:
        """Submit a form."""
        self._answer(self.rfile.read(int(self.headers["Content-Length"])))

    def log_message(self, format: str, *args: Any) -> None:  # noqa: A002 - the library's name
        """Keep quiet."""

    def _answer(self, sent: bytes | None) -> None:
        url = urlsplit(self.path)
        if not url.path.startswith("/s/"):
            self._send(404, {}, b"")
            return
        event = http_event(f"{self.command} {url.path}", query=dict(parse_qsl(url.query)), headers=_lower(self.headers))
        if sent is not None:
            event |= {"body": base64.b64encode(sent).decode(), "isBase64Encoded": True}
        with _one_at_a_time:
            answer = page.handler(event, Context())
        self._send(answer["statusCode"], answer["headers"], answer["body"].encode())

    def _send(self, status: int, headers: dict[str, str], body: bytes) -> None:
        self.send_response(status)
        for name, value in {**headers, "Content-Length": str(len(body))}.items():
            self.send_header(name, value)
        self.end_headers()
        self.wfile.write(body)


@contextmanager
def served() -> Iterator[str]:
    """Yield the address below which the page is served."""
    server = ThreadingHTTPServer(("127.0.0.1", 0), _Gateway)
    thread = threading.Thread(target=server.serve_forever, daemon=True)
    thread.start()
    try:
        yield f"http://127.0.0.1:{server.server_address[1]}"
    finally:
        server.shutdown()
        server.server_close()
        thread.join()


def _lower(headers: Any) -> dict[str, str]:
    return {name.lower(): value for name, value in headers.items()}
