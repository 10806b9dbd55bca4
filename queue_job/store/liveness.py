# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""How either side of a connection finds out that the other one is gone.

Without this PostgreSQL holds the locks of a host that was cut off for two hours, and
carries out the statement of a process that was killed, however long it takes.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    import psycopg2.extensions

# A silent host is dead after 4 + 4 x 2 = 12 seconds.
#: Parameters of libpq.
CLIENT: Final = {
    "keepalives": 1,
    "keepalives_idle": 4,
    "keepalives_interval": 2,
    "keepalives_count": 4,
    "tcp_user_timeout": 12000,  # milliseconds
    "connect_timeout": 5,
}
_SERVER: Final = {
    "tcp_keepalives_idle": "4",
    "tcp_keepalives_interval": "2",
    "tcp_keepalives_count": "4",
    "tcp_user_timeout": "12s",
}
#: Whether its client is still there, the server looks while it works on a statement.
_CHECK: Final = {"client_connection_check_interval": "2s"}


def server_side(connection: psycopg2.extensions.connection) -> str:
    """Return calls, for a SELECT, that have the server look after a session's client.

    A socket of the same host needs no probes: it tells that the other side is gone.
    """
    settings = {} if connection.info.host.startswith("/") else dict(_SERVER)
    if connection.server_version >= 140000:
        settings |= _CHECK
    calls = [f"set_config('{name}', '{to}', false)" for name, to in settings.items()]
    return ", ".join(calls) or "NULL"
