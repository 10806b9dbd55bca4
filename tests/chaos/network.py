# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""Networks that fail without a word: a cable that is pulled, a proxy that hangs."""

from __future__ import annotations

import os
import select
import socket
import subprocess
import threading
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager, suppress
from typing import Final

import pytest

#: Where the server of the test is for the hosts of a network; nobody else's, RFC 2544.
GATEWAY: Final = "198.18.77.1"


class Host:
    """A network namespace, on the same switch as the server."""

    def __init__(self, network: str, number: int) -> None:
        self.name = f"{network}h{number}"
        self._switch = f"{network}s"
        self._port = f"{self.name}p"
        address = f"198.18.77.{number + 10}/24"
        inside = ("ip", "-n", self.name)
        _run("ip", "netns", "add", self.name)
        _run(
            *("ip", "link", "add", self._port, "type", "veth"),
            *("peer", "name", "eth0", "netns", self.name),
        )
        _run("ip", "link", "set", self._port, "master", self._switch, "up")
        _run(*inside, "address", "add", address, "dev", "eth0")
        _run(*inside, "link", "set", "eth0", "up")
        _run(*inside, "link", "set", "lo", "up")

    @property
    def inside(self) -> tuple[str, ...]:
        """Return what to put before a command that runs on this host."""
        return ("ip", "netns", "exec", self.name)

    def cut_off(self) -> None:
        """Pull the cable: nothing arrives any more, nobody is told."""
        _run("ip", "link", "set", self._port, "nomaster")

    def reconnect(self) -> None:
        """Put the cable back."""
        _run("ip", "link", "set", self._port, "master", self._switch)

    def remove(self) -> None:
        """Delete the namespace, and its port with it."""
        _run("ip", "netns", "delete", self.name)


@contextmanager
def network(hosts: int) -> Iterator[list[Host]]:
    """Give hosts on a switch of their own; skip where the kernel does not allow it."""
    name = f"qj{os.getpid() % 100000}"
    with ExitStack() as stack:
        try:
            _run("ip", "link", "add", f"{name}s", "type", "bridge")
            stack.callback(_run, "ip", "link", "delete", f"{name}s")
            _run("ip", "address", "add", f"{GATEWAY}/24", "dev", f"{name}s")
            _run("ip", "link", "set", f"{name}s", "up")
            made = []
            for number in range(hosts):
                made.append(Host(name, number))
                stack.callback(made[-1].remove)
        except (OSError, subprocess.CalledProcessError) as error:
            reason = getattr(error, "stderr", None) or error
            pytest.skip(f"no network namespaces here (needs root): {reason}")
        yield made


def _run(*command: str) -> None:
    subprocess.run(command, check=True, capture_output=True, text=True)


class Proxy:
    """Stands between a client and a server; on demand it hangs and hangs on.

    While it hangs it keeps the connections of both sides open and their TCP content,
    and still takes new ones, without moving a byte.
    """

    def __init__(self, host: str, port: str) -> None:
        self._target = (host, int(port))
        self._listener = socket.create_server(("127.0.0.1", 0))
        self.port = str(self._listener.getsockname()[1])
        self._pairs: dict[socket.socket, socket.socket] = {}
        self._flowing = threading.Event()
        self._flowing.set()
        self._closed = False
        self._thread = threading.Thread(target=self._serve, daemon=True)
        self._thread.start()

    def hang(self) -> None:
        """Stop moving bytes."""
        self._flowing.clear()

    def flow(self) -> None:
        """Move bytes again."""
        self._flowing.set()

    def close(self) -> None:
        """End everything."""
        self._closed = True
        self._flowing.set()
        self._thread.join()
        for each in (self._listener, *self._pairs):
            each.close()

    def _serve(self) -> None:
        while not self._closed:
            self._flowing.wait()
            ready, _, _ = select.select([self._listener, *self._pairs], [], [], 0.1)
            for each in ready if self._flowing.is_set() else ():
                if each is self._listener:
                    self._connect()
                elif each in self._pairs:
                    self._move(each)

    def _connect(self) -> None:
        client, _address = self._listener.accept()
        try:
            server = socket.create_connection(self._target)
        except OSError:
            client.close()
            return
        self._pairs |= {client: server, server: client}

    def _move(self, source: socket.socket) -> None:
        target = self._pairs[source]
        data = b""
        with suppress(OSError):
            data = source.recv(65536)
            target.sendall(data)
        if not data:
            for each in (source, target):
                del self._pairs[each]
                each.close()
