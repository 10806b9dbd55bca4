# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""How either side of a connection finds out that the other one is gone.

Without this PostgreSQL holds the locks of a host that was cut off for two hours, and
carries out the statement of a process that was killed, however long it takes.
"""

from __future__ import annotations

from typing import Final

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


def server_side(server_version: int) -> str:
    """Return the statement that has the server look after a session's client.

    :param server_version: of the connection, as psycopg2 tells it
    """
    settings = {**_SERVER, **(_CHECK if server_version >= 140000 else {})}
    calls = (f"set_config('{name}', '{to}', false)" for name, to in settings.items())
    return f"SELECT {', '.join(calls)}"
