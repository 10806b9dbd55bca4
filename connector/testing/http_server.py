# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
# These are no models: read(), create() and write() are not those of the ORM.
# pylint: disable=method-required-super
"""A real HTTP server, in a thread, that answers what a test tells it to."""

from __future__ import annotations

import json as json_module
import socket
import threading
from collections import deque
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

__all__ = ["Answer", "HttpServer", "Received"]


@dataclass
class Answer:
    """What the server answers to one request."""

    status: int = 200
    json: Any = None
    body: bytes = b""
    headers: dict[str, str] = field(default_factory=dict)
    #: cut the connection instead of answering
    cut: bool = False
    #: answer when this is set, at the end of the test at the latest
    wait_for: threading.Event | None = None


@dataclass(frozen=True)
class Received:
    """A request that the server received."""

    method: str
    path: str
    headers: Any
    body: bytes
    peer: tuple[str, int]

    @property
    def json(self) -> Any:
        """The body, that must be JSON."""
        return json_module.loads(self.body)


class HttpServer:
    """Context manager; ``url`` is where it listens."""

    def __init__(self) -> None:
        self.requests: list[Received] = []
        self.answers: deque[Answer] = deque()
        self._events: list[threading.Event] = []
        self._server = _QuietServer(("127.0.0.1", 0), _handler(self))
        self._thread = threading.Thread(
            target=self._server.serve_forever, kwargs={"poll_interval": 0.01}
        )

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self._server.server_port}"

    def answer(self, *answers: Answer) -> None:
        """Answer these, in turn, to the next requests; then 404."""
        self._events += [answer.wait_for for answer in answers if answer.wait_for]
        self.answers.extend(answers)

    def close(self) -> None:
        """Stop listening, and cut the connections that are open."""
        if not self._thread.is_alive():
            return
        for event in self._events:
            event.set()
        self._server.shutdown()
        self._thread.join()
        self._server.server_close()

    def __enter__(self) -> HttpServer:
        self._thread.start()
        return self

    def __exit__(self, *exc_info: object) -> None:
        self.close()


class _QuietServer(ThreadingHTTPServer):
    daemon_threads = True

    def handle_error(self, *args: Any) -> None:
        """Say nothing of the clients that went away: tests make them do so."""


def _handler(server: HttpServer) -> type[BaseHTTPRequestHandler]:
    class Handler(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"
        timeout = 5

        def log_message(self, *args: Any) -> None:
            """Write nothing to the log of the tests."""

        def handle_any(self) -> None:
            length = int(self.headers.get("Content-Length") or 0)
            received = Received(
                self.command,
                self.path,
                self.headers,
                self.rfile.read(length),
                self.client_address,
            )
            server.requests.append(received)
            answer = server.answers.popleft() if server.answers else Answer(404)
            if answer.wait_for:
                answer.wait_for.wait()
            if answer.cut:
                self.close_connection = True
                self.connection.shutdown(socket.SHUT_RDWR)
                return
            self.write(answer)

        def write(self, answer: Answer) -> None:
            body, headers = answer.body, dict(answer.headers)
            if answer.json is not None:
                body = json_module.dumps(answer.json).encode()
                headers.setdefault("Content-Type", "application/json")
            self.send_response_only(answer.status)
            headers.setdefault("Content-Length", str(len(body)))
            for name, value in headers.items():
                self.send_header(name, value)
            self.end_headers()
            if self.command != "HEAD":
                self.wfile.write(body)

        do_GET = do_POST = do_PUT = do_PATCH = do_DELETE = do_HEAD = handle_any

    return Handler
