# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""An empty Debian 12 in a folder, where commands run as on a machine of its own.

It shares the kernel and the network with this machine, and what those of this network
need to reach a registry: names, certificates, the settings of pip and npm. Nothing else
is there but what debootstrap's smallest variant holds.
"""

from __future__ import annotations

import os
import re
import shutil
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Final, NamedTuple

ROOT: Final = Path(__file__).resolve().parents[2]
sys.path.insert(0, str(ROOT / "setup/lib"))
import debian_mirror  # noqa: E402

RELEASE: Final = "bookworm"
#: Where the clone is: the home of root, which nobody else may enter.
CLONE: Final = "root/connectors"
#: How this machine reaches others.
_NETWORK_FILES: Final = (
    *("/etc/resolv.conf", "/etc/hosts", "/etc/pip.conf", "/etc/npmrc"),
    *("/root/.config/pip/pip.conf", "/root/.npmrc"),
)
_CERTIFICATES: Final = "/usr/local/share/ca-certificates"
_NETWORK_VARIABLES: Final = re.compile(r"(?i)pip_(?!find_links)|npm_config_|\w+_proxy$")
_PATH: Final = "/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin"
_POLL: Final = 0.05  # seconds

# The namespace of processes dies with its first one, and all in it: nothing is left
# to go on, as when the power is cut.
_ENTER: Final = (
    *("unshare", "--mount", "--pid", "--ipc", "--fork", "--kill-child"),
    *("sh", "-c"),
    'mount --rbind /dev "$0/dev" && mount -t proc proc "$0/proc"'
    ' && exec chroot "$0" "$@"',
)


class Line(NamedTuple):
    """A line that a command printed."""

    #: Seconds since the command began.
    at: float
    text: str


class Command:
    """A command that runs in a machine, and what it has printed so far."""

    def __init__(self, argv: list[str], echo: bool) -> None:
        self.began = time.monotonic()
        self.lines: list[Line] = []
        self._echo = echo
        self._process = subprocess.Popen(
            argv,
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
            errors="replace",
        )
        self._reader = threading.Thread(target=self._read, daemon=True)
        self._reader.start()

    @property
    def seconds(self) -> float:
        """Return how long it has been running."""
        return time.monotonic() - self.began

    def wait_until(self, condition: Callable[[], bool]) -> bool:
        """Wait for a condition; False when the command ended before."""
        while not condition():
            if self._process.poll() is not None:
                return condition()
            time.sleep(_POLL)
        return True

    def has_printed(self, pattern: str) -> bool:
        """Tell whether a line has this in it."""
        return any(re.search(pattern, line.text) for line in list(self.lines))

    def wait(self) -> int:
        """Return the status it ends with."""
        status = self._process.wait()
        self._reader.join()
        return status

    def interrupt(self) -> None:
        """Press Ctrl-C."""
        shell = _children(self._process.pid)[0]
        for pid in _children(shell):
            os.kill(pid, signal.SIGINT)

    def kill(self) -> None:
        """Kill it with all that it started, at once."""
        self._process.kill()
        self.wait()

    def _read(self) -> None:
        assert self._process.stdout
        for text in self._process.stdout:
            self.lines.append(Line(self.seconds, text.rstrip()))
            if self._echo:
                print(f"    | {text.rstrip()}", file=sys.stderr, flush=True)


def _children(pid: int) -> list[int]:
    return [
        int(child)
        for child in Path(f"/proc/{pid}/task/{pid}/children").read_text().split()
    ]


class Machine:
    """A Debian in a folder, with a clone of this repository."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.clone = folder / CLONE
        self.local = self.clone / ".local"

    @contextmanager
    def run(self, command: str, *, echo: bool = True) -> Iterator[Command]:
        """Start a command in the clone; it is killed at the end of the block."""
        variables = {
            name: value
            for name, value in os.environ.items()
            if _NETWORK_VARIABLES.match(name)
        }
        variables |= {"HOME": "/root", "LANG": "C.UTF-8", "TERM": "dumb"}
        variables["PATH"] = (
            "/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin"
        )
        settings = [f"{name}={value}" for name, value in variables.items()]
        # The shell stays: somebody must bury the dead, as init does on a machine.
        script = f"cd /{CLONE} && {command}; exit $?"
        inside = ["env", "-i", *settings, "sh", "-c", script]
        running = Command([*_ENTER, str(self.folder), *inside], echo)
        try:
            yield running
        finally:
            running.kill()

    def read(self, name: str) -> str:
        """Return a file of ``.local``, what there is of it."""
        path = self.local / name
        return path.read_text(errors="replace") if path.exists() else ""

    def count(self, pattern: str) -> int:
        """Return how many files and folders of ``.local`` match a pattern."""
        return sum(1 for _path in self.local.glob(pattern))

    def size(self, pattern: str) -> int:
        """Return the bytes of the files of ``.local`` that match a pattern."""
        return sum(path.stat().st_size for path in self.local.glob(pattern))


@contextmanager
def machine(base: Path, folder: Path) -> Iterator[Machine]:
    """Give a machine with a clean clone; delete it at the end."""
    subprocess.run(["cp", "-a", "--reflink=auto", base, folder], check=True)
    try:
        result = Machine(folder)
        command = ["git", "clone", "--quiet", "--no-hardlinks", ROOT, result.clone]
        subprocess.run(command, check=True)
        yield result
    finally:
        shutil.rmtree(folder)


def make_base(folder: Path) -> None:
    """Install Debian into a folder, from the mirror that this machine uses."""
    source = debian_mirror.find(Path("/etc/apt"))
    if source is None:
        raise SystemExit("this machine's apt is configured for no Debian archive")
    subprocess.run(
        ["debootstrap", "--variant=minbase", RELEASE, folder, source.uri],
        check=True,
        stdout=subprocess.DEVNULL,
    )
    for name in _NETWORK_FILES:
        if (path := Path(name)).exists():
            target = folder / name.lstrip("/")
            target.parent.mkdir(parents=True, exist_ok=True)
            shutil.copyfile(path, target)
    if Path(_CERTIFICATES).exists():
        target = folder / _CERTIFICATES.lstrip("/")
        shutil.copytree(_CERTIFICATES, target, dirs_exist_ok=True)
