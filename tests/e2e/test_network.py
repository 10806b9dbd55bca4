# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""A shop that is down, slow, busy or garbled: the job tries again until it works."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from .faulty_proxy import Answer, Fault, FaultyProxy
from .stage import Stage

RENAME = """mutation($i: UpdateProductInput!) { updateProduct(input: $i) { id } }"""
PRODUCT = "5"
READ = f'"in": ["{PRODUCT}"]'
#: More than the tries of the HTTP client: the job itself has to try again.
TIMES = 6
#: What the client gives up at once, less often than a job may try.
GARBLED = 3


def _answer(status: int, text: str, **headers: str) -> Callable[..., Fault]:
    named = tuple((name.replace("_", "-"), value) for name, value in headers.items())
    answer = Answer(status, text.encode(), named)
    times = GARBLED if status == 200 else TIMES
    return lambda proxy: proxy.answer(READ, answer, times)


FAULTS: dict[str, Callable[[FaultyProxy], Fault]] = {
    "down": lambda proxy: proxy.down(READ, TIMES),
    "lost": lambda proxy: proxy.lost(READ, TIMES),
    "slow": lambda proxy: proxy.slow(READ, seconds=5, times=2),
    "busy": _answer(429, "Too many requests", Retry_After="1"),
    "broken": _answer(503, "Service unavailable"),
    "garbage": _answer(200, "<html>Maintenance</html>", Content_Type="text/html"),
    "truncated": _answer(200, '{"data": {"products": {"totalIt'),
    "no data": _answer(200, "[]"),
}


@pytest.mark.parametrize("name", FAULTS)
def test_imported_in_the_end(stage: Stage, name: str) -> None:
    """Nothing is lost and nothing is written by halves."""
    text = {"languageCode": "en", "name": f"Renamed while {name}"}
    stage.ask(RENAME, i={"id": PRODUCT, "translations": [text]})
    fault = FAULTS[name](stage.proxy)
    with stage.env() as env:
        stage.backend(env).http_timeout = 2
        products = env["vendure.product.template"]
        products.with_delay().import_record(stage.backend(env), PRODUCT)
    fault.wait()
    stage.wait_idle()
    with stage.env() as env:
        product = env["vendure.product.template"].search(
            [("external_id", "=", PRODUCT)]
        )
        assert product.name == text["name"]
        assert product.sync_state == "synced"
