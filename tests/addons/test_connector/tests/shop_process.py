# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""A small REST server, to be run as a process of its own: ``shop_process.py COUNT``.

It serves ``/things`` by pages and ``/things/ID``, prints its port, and ends with its
standard input. It remembers nothing of a process before.
"""

from __future__ import annotations

import json
import sys
import threading
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from urllib.parse import parse_qs, urlsplit

COUNT = int(sys.argv[1]) if len(sys.argv) > 1 else 10


class Shop(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"

    def do_GET(self) -> None:
        parts = urlsplit(self.path)
        query = {name: values[0] for name, values in parse_qs(parts.query).items()}
        if parts.path == "/things":
            skip, take = int(query.get("skip", 0)), int(query.get("take", 10))
            ids = range(skip, min(skip + take, COUNT))
            self._answer(200, {"total": COUNT, "items": [_thing(i) for i in ids]})
            return
        id_ = int(parts.path.rpartition("/")[2])
        if id_ < COUNT:
            self._answer(200, _thing(id_))
        else:
            self._answer(404, {"error": "unknown"})

    def _answer(self, status: int, content: object) -> None:
        body = json.dumps(content).encode()
        self.send_response(status)
        self.send_header("Content-Type", "application/json")
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, *args: object) -> None:
        """Say nothing."""


def _thing(id_: int) -> dict[str, object]:
    return {"id": id_, "name": f"Thing {id_}", "updatedAt": "2026-11-23T08:00:00Z"}


if __name__ == "__main__":
    server = ThreadingHTTPServer(("127.0.0.1", 0), Shop)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    sys.stdout.write(f"{server.server_port}\n")
    sys.stdout.flush()
    sys.stdin.read()
