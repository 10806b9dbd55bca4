# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""Where jobs run: what their worker gives them, and their cursor."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from odoo.modules.registry import Registry

from .cursors import JobCursors
from .statistics import Statistics
from .watchdog import Watchdog

if TYPE_CHECKING:
    from odoo.sql_db import BaseCursor


@dataclass(frozen=True, slots=True)
class Surroundings:
    """What a worker gives to the jobs it runs."""

    dbname: str
    watchdog: Watchdog
    cursors: JobCursors
    #: Opens an autocommit connection to the database, apart from Odoo's pool.
    connect: Callable[[], Any]
    #: Told of every attempt whose end is committed.
    statistics: Statistics = field(default_factory=Statistics)
    #: Whether the worker ends: a job that works in chunks then makes room.
    is_stopping: Callable[[], bool] = lambda: False


@contextmanager
def job_cursor(around: Surroundings) -> Iterator[BaseCursor]:
    """Open the cursor of a job; other processes hear of caches it made stale."""
    registry = Registry(around.dbname)
    thread: Any = threading.current_thread()
    thread.dbname = around.dbname
    try:
        with closing(around.cursors.cursor()) as cr:
            yield cr
    finally:
        registry.signal_changes()
        del thread.dbname
