"""Runs PostgreSQL until nobody holds the lock of its users any more.

``postgres_keeper.py LOCK_FILE COMMAND...``. The kernel drops the lock of a process
however it ends, so that the server cannot outlive the commands that use it.
"""

from __future__ import annotations

import fcntl
import shutil
import signal
import subprocess
import sys
import threading
from pathlib import Path
from typing import TextIO

POLL_SECONDS = 0.3


def main(lock_file: str, command: list[str]) -> int:
    """Run the command; ask it to end when the lock is free. Return its status."""
    # The terminal's signals are for the commands that use the server.
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    asked = threading.Event()
    signal.signal(signal.SIGTERM, lambda *_: asked.set())
    server = subprocess.Popen(command)
    with open(lock_file, "w") as lock:
        # The last user asks, and holds the lock until the server has ended; where it
        # was killed the lock is free, and a new user waits for it.
        while server.poll() is None and not asked.is_set() and not is_free(lock):
            asked.wait(POLL_SECONDS)
        if server.poll() is None:
            server.send_signal(signal.SIGINT)
            server.wait()
        remove_temporary_socket(command)
    return server.returncode


def is_free(lock: TextIO) -> bool:
    """Take the lock alone, if no user shares it."""
    try:
        fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        return False
    return True


def remove_temporary_socket(command: list[str]) -> None:
    """Delete the folder of the socket where it is outside .local."""
    for option in command:
        name, __, value = option.partition("=")
        if name == "unix_socket_directories" and Path(value).parent == Path("/tmp"):
            shutil.rmtree(value, ignore_errors=True)


if __name__ == "__main__":
    sys.exit(main(sys.argv[1], sys.argv[2:]))
