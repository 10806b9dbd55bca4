# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""A bad network in front of a real shop: down, slow, busy, garbled, or just watched."""

from __future__ import annotations

import http.client
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from urllib.parse import urlsplit

PATIENCE = 60.0  # seconds that a request is held at most


@dataclass(frozen=True)
class Answer:
    """What a client gets."""

    status: int
    body: bytes
    headers: tuple[tuple[str, str], ...] = ()


#: Takes what asks the shop itself, and returns an answer; None closes the connection.
Handle = Callable[[Callable[[], Answer]], Answer | None]


@dataclass
class Fault:
    """What happens to the next requests that have a text in their body."""

    text: str
    handle: Handle
    times: int
    met: int = 0
    all_met: threading.Event = field(default_factory=threading.Event)

    def wait(self) -> None:
        """Wait until it happened as often as it was asked for."""
        if not self.all_met.wait(PATIENCE):
            raise AssertionError(
                f"{self.met} of {self.times} requests with {self.text!r} came"
            )


class FaultyProxy:
    """Passes requests on to a shop, unless a fault was asked for."""

    def __init__(self, shop_url: str) -> None:
        self._shop = urlsplit(shop_url).netloc
        self._faults: list[Fault] = []
        self._lock = threading.Lock()
        #: bodies of all the requests so far
        self.requests: list[str] = []
        self._server = ThreadingHTTPServer(("127.0.0.1", 0), self._handler())
        self._server.daemon_threads = True
        self.url = f"http://127.0.0.1:{self._server.server_port}"

    @contextmanager
    def serve(self) -> Iterator[FaultyProxy]:
        """Answer until the block ends."""
        thread = threading.Thread(target=self._server.serve_forever, daemon=True)
        thread.start()
        try:
            yield self
        finally:
            self._server.shutdown()
            self._server.server_close()

    # Faults

    def down(self, text: str, times: int = 1) -> Fault:
        """Close the connection without an answer, the shop hears nothing."""
        return self._add(text, lambda _ask: None, times)

    def lost(self, text: str, times: int = 1) -> Fault:
        """Let the shop do it, and lose its answer."""

        def lose(ask: Callable[[], Answer]) -> None:
            ask()

        return self._add(text, lose, times)

    def answer(self, text: str, answer: Answer, times: int = 1) -> Fault:
        """Answer in the place of the shop."""
        return self._add(text, lambda _ask: answer, times)

    def slow(self, text: str, seconds: float, times: int = 1) -> Fault:
        """Let the client wait so long before the shop is asked."""

        def wait(ask: Callable[[], Answer]) -> Answer:
            threading.Event().wait(seconds)
            return ask()

        return self._add(text, wait, times)

    def after(self, text: str, action: Callable[[], None]) -> Fault:
        """Do something between the answer of the shop and its arrival."""

        def act(ask: Callable[[], Answer]) -> Answer:
            answer = ask()
            action()
            return answer

        return self._add(text, act, 1)

    def _add(self, text: str, handle: Handle, times: int) -> Fault:
        fault = Fault(text, handle, times)
        with self._lock:
            self._faults.append(fault)
        return fault

    def _next_fault(self, body: str) -> Fault | None:
        with self._lock:
            self.requests.append(body)
            for fault in self._faults:
                if fault.text in body and fault.met < fault.times:
                    fault.met += 1
                    return fault
        return None

    # HTTP

    def _handler(self) -> type[BaseHTTPRequestHandler]:
        proxy = self

        class Handler(BaseHTTPRequestHandler):
            protocol_version = "HTTP/1.1"

            def do_POST(self) -> None:
                """Handle a request of the API."""
                length = int(self.headers.get("Content-Length", 0))
                proxy._handle(self, self.rfile.read(length))

            def do_GET(self) -> None:
                """Handle a request of an image."""
                proxy._handle(self, b"")

            def log_message(self, *_args: object) -> None:
                """Write nothing on the terminal."""

        return Handler

    def _handle(self, request: BaseHTTPRequestHandler, body: bytes) -> None:
        fault = self._next_fault(body.decode())

        def ask() -> Answer:
            return self._ask(request, body)

        try:
            answer = fault.handle(ask) if fault else ask()
        finally:
            if fault and fault.met == fault.times:
                fault.all_met.set()
        if answer is None:
            request.close_connection = True
            return
        request.send_response(answer.status)
        for name, value in answer.headers:
            request.send_header(name, value)
        request.send_header("Content-Length", str(len(answer.body)))
        request.end_headers()
        try:
            request.wfile.write(answer.body)
        except (BrokenPipeError, ConnectionResetError):
            request.close_connection = True  # the client was killed meanwhile

    def _ask(self, request: BaseHTTPRequestHandler, body: bytes) -> Answer:
        connection = http.client.HTTPConnection(self._shop, timeout=PATIENCE)
        headers = {
            name: value
            for name, value in request.headers.items()
            if name.lower() not in ("host", "connection", "accept-encoding")
        }
        try:
            connection.request(request.command, request.path, body, headers)
            answer = connection.getresponse()
            content = answer.read()
        finally:
            connection.close()
        kept = ("content-type", "date", "retry-after")
        sent = [(n, v) for n, v in answer.getheaders() if n.lower() in kept]
        return Answer(answer.status, content, tuple(sent))
