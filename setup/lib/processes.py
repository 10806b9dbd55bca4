"""Child processes that never outlive the command that started them."""

from __future__ import annotations

import contextlib
import os
import signal
import subprocess
import time
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path

from workspace import LOG, SetupError

#: The kernel ends the child when this process is killed outright. The shell looks
#: whether that happened already while the child was made.
TIED_TO_PARENT = (
    *("setpriv", "--pdeathsig", "TERM", "--"),
    *("sh", "-c", '[ "$PPID" = "$0" ] && exec "$@"'),
)
#: Seconds a process is given to end on its own before it is killed.
GRACE = 20


#: Those that run, for a command that is interrupted while other threads wait for them.
RUNNING: set[Child] = set()


class Child:
    """A process in a group of its own, its output in a log file."""

    def __init__(
        self,
        name: str,
        argv: Sequence[str | Path],
        env: Mapping[str, str],
        log: Path | None = None,
        cwd: Path | None = None,
    ) -> None:
        self.name = name
        self.log = log or LOG / f"{name}.log"
        self.log.parent.mkdir(parents=True, exist_ok=True)
        command = [*TIED_TO_PARENT, str(os.getpid()), *map(str, argv)]
        with self.log.open("wb") as output:
            self.process = subprocess.Popen(
                command,
                env=dict(env),
                cwd=cwd,
                stdin=subprocess.DEVNULL,
                stdout=output,
                stderr=subprocess.STDOUT,
                start_new_session=True,
            )
        RUNNING.add(self)

    def __enter__(self) -> Child:
        return self

    def __exit__(self, *_exc: object) -> None:
        self.stop()

    def wait_until(self, ready: Callable[[], bool], seconds: float) -> None:
        """Wait until it is ready.

        Raises SetupError with the end of its log when it ends or takes too long.
        """
        deadline = time.monotonic() + seconds
        while not ready():
            if self.process.poll() is not None:
                self._fail(f"{self.name} ended with status {self.process.returncode}")
            if time.monotonic() > deadline:
                self._fail(f"{self.name} was not ready after {seconds:.0f} s")
            time.sleep(0.1)

    def alive(self) -> bool:
        """Tell whether it still runs."""
        return self.process.poll() is None

    def stop(self) -> None:
        """End the process and everything it started."""
        self._signal(signal.SIGTERM)
        with contextlib.suppress(subprocess.TimeoutExpired):
            self.process.wait(GRACE)
        # Also what it left behind in its group.
        self._signal(signal.SIGKILL)
        self.process.wait()
        RUNNING.discard(self)

    def _signal(self, number: int) -> None:
        with contextlib.suppress(ProcessLookupError):
            os.killpg(self.process.pid, number)

    def _fail(self, problem: str) -> None:
        self.stop()
        lines = self.log.read_text(errors="replace").splitlines()[-15:]
        tail = "\n".join(f"  | {line}" for line in lines)
        raise SetupError(f"{problem}; the end of {self.log}:\n{tail}")


def interrupt_on_signals() -> None:
    """Make signals unwind the program, also where SIGINT was ignored by a shell."""

    def interrupt(_number: int, _frame: object) -> None:
        raise KeyboardInterrupt

    for number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
        signal.signal(number, interrupt)


def stop_all() -> None:
    """End every child that still runs."""
    for child in list(RUNNING):
        child.stop()
