# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""One imported shop for all tests, each of which works on objects of its own.

``E2E_CONFIG`` are the arguments that configure Odoo, ``E2E_WORKER`` is the command that
runs jobs, ``E2E_DATABASE`` a database with ``connector_example``, ``SHOP_URL`` and
``SHOP_KEY_FILE`` name a freshly seeded shop. ``setup/test e2e`` sets all of them.
"""

from __future__ import annotations

import os
from collections.abc import Iterator
from pathlib import Path

import pytest

from .faulty_proxy import FaultyProxy
from .stage import Stage


def _setting(name: str) -> str:
    if name not in os.environ:
        pytest.exit(f"{name} is not set: run this suite by `setup/test e2e`", 2)
    return os.environ[name]


@pytest.fixture(scope="session")
def stage(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Stage]:
    """Give a shop whose objects are all in Odoo, and a worker that runs."""
    with FaultyProxy(_setting("SHOP_URL")).serve() as proxy:
        stage = Stage(
            _setting("E2E_DATABASE"),
            _setting("SHOP_URL"),
            Path(_setting("SHOP_KEY_FILE")).read_text().strip(),
            proxy,
            tmp_path_factory.mktemp("workers"),
        )
        try:
            stage.connect()
            yield stage
        finally:
            stage.stop_workers()
