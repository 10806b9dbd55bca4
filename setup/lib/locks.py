"""Locks between the commands that run in one clone; the kernel drops them."""

from __future__ import annotations

import contextlib
import fcntl
import os
from collections.abc import Iterator

from workspace import RUN, SetupError


@contextlib.contextmanager
def locked(name: str) -> Iterator[None]:
    """Wait for the lock and hold it for the time of the block."""
    RUN.mkdir(parents=True, exist_ok=True)
    with (RUN / f"{name}.lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        yield


@contextlib.contextmanager
def only_one(command: str) -> Iterator[None]:
    """Hold the lock of a command; SetupError when it runs in this clone already."""
    RUN.mkdir(parents=True, exist_ok=True)
    with (RUN / f"{command.replace('/', '-')}.lock").open("a+") as lock:
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError as error:
            lock.seek(0)
            raise SetupError(
                f"{command} runs in this clone already, as process {lock.read()}",
                "wait for it, or stop it with Ctrl-C in its terminal",
                "or use another clone: clones do not disturb each other",
            ) from error
        lock.truncate(0)
        lock.write(str(os.getpid()))
        lock.flush()
        yield
