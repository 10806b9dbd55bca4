"""Free TCP ports on 127.0.0.1."""

from __future__ import annotations

import socket

from workspace import SetupError


def claim(explicit: str | None, what: str) -> int:
    """Return the port asked for, or any free one.

    Raises SetupError when a port that was asked for is taken: a user who names one
    wants that one.
    """
    if explicit is None:
        return _free()
    if not explicit.isdigit() or not 1 <= int(explicit) <= 65535:
        raise SetupError(
            f"{explicit!r} is no port for {what}", "give a number from 1 to 65535"
        )
    port = int(explicit)
    with socket.socket() as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind(("127.0.0.1", port))
        except OSError as error:
            raise SetupError(
                f"port {port} for {what} cannot be used: {error.strerror}",
                "give another port, or none: a free one is chosen and printed",
                f"to see who has it:  ss -ltnp 'sport = :{port}'",
            ) from error
    return port


def _free() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
        return port
