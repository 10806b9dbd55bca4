# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""For the tests of connectors: a case, a backend in memory, real and recorded HTTP."""

from .case import ConnectorCase
from .http_server import Answer, HttpServer, Received
from .memory import MemoryBackend
from .recording import recorded_calls

__all__ = [
    "Answer",
    "ConnectorCase",
    "HttpServer",
    "MemoryBackend",
    "Received",
    "recorded_calls",
]
