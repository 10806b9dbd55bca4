# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""Settings of the engine: environment, then the ``[queue_job]`` section of files.

The files are those of the addon ``server_environment`` where there is one, then Odoo's.
"""

from __future__ import annotations

import configparser
import importlib.util
import os
import sys
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, Final

from odoo.sql_db import connection_info_for
from odoo.tools import config

from ..core.channels import ROOT, ChannelConfig, parse_channels

SECTION: Final = "queue_job"
_PREFIX: Final = "ODOO_QUEUE_JOB_"
#: Workers beside an Odoo server when nothing says how many.
DEFAULT_WORKERS: Final = 2
_DB_KEYS: Final = ("host", "port", "user", "password")


@dataclass(frozen=True, slots=True)
class Settings:
    """What the engine reads before it starts."""

    #: Channels of the environment or the file; None = the records alone decide.
    channels: tuple[ChannelConfig, ...] | None = None
    #: Worker processes or threads.
    workers: int = DEFAULT_WORKERS
    #: Connection parameters of the control connections that differ from Odoo's.
    database: Mapping[str, str] = field(default_factory=dict)
    #: "text" or "json".
    log_format: str = "text"

    @property
    def is_disabled(self) -> bool:
        """Return whether ``root:0`` says that no job must run here."""
        return any(
            channel.name == ROOT and channel.capacity == 0
            for channel in self.channels or ()
        )

    def connection_parameters(self, dbname: str) -> dict[str, Any]:
        """Return psycopg2 parameters of a control connection."""
        _name, parameters = connection_info_for(dbname)
        return {**parameters, **self.database}


def read_settings(channels: str | None = None, workers: int | None = None) -> Settings:
    """Return the settings; arguments win over environment, environment over file.

    :raises ChannelSyntaxError: when the channels cannot be read
    :raises ValueError: when the number of workers is not a positive number
    """
    values = read_values()
    text = channels or values.get("channels")
    parsed = tuple(parse_channels(text)) if text else None
    database = {
        key: values[f"jobrunner_db_{key}"]
        for key in _DB_KEYS
        if f"jobrunner_db_{key}" in values
    }
    if workers is None:
        workers = _parse_workers(values.get("workers", ""), parsed)
    log_format = values.get("log_format", Settings().log_format)
    return Settings(parsed, workers, database, log_format)


def read_values() -> dict[str, str]:
    """Return what environment and file say, by key of the file; nothing empty."""
    environment = {
        name.removeprefix(_PREFIX).lower(): value
        for name, value in os.environ.items()
        if name.startswith(_PREFIX)
    }
    values: dict[str, str] = {}
    for source in (_odoo_file(), _server_environment(), environment):
        values |= {key: value for key, value in source.items() if value}
    return values


def _odoo_file() -> Mapping[str, str]:
    parser = configparser.RawConfigParser()
    if path := config["config"]:
        parser.read(path)
    return _section(parser)


def _server_environment() -> Mapping[str, str]:
    """Return what the files of ``server_environment`` say, if that addon is there."""
    name = "odoo.addons.server_environment"
    if name not in sys.modules and importlib.util.find_spec(name) is None:
        return {}
    from odoo.addons import server_environment

    return _section(server_environment.serv_config)


def _section(parser: configparser.RawConfigParser) -> Mapping[str, str]:
    return dict(parser.items(SECTION)) if parser.has_section(SECTION) else {}


def _parse_workers(text: str, channels: tuple[ChannelConfig, ...] | None) -> int:
    if text:
        if not text.isdecimal() or int(text) == 0:
            raise ValueError(
                f"[{SECTION}] workers = {text!r} is not a number of workers (1, 2...)."
            )
        return int(text)
    # A root that takes n jobs at once is of no use with fewer workers.
    root = next((c.capacity for c in channels or () if c.name == ROOT), None)
    return min(root, 8) if root else DEFAULT_WORKERS
