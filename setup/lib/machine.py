"""What a figure depends on: the machine and the programs, but not whose they are."""

from __future__ import annotations

import functools
import os
import platform
import re
from pathlib import Path

import postgres


@functools.cache
def describe() -> dict[str, str]:
    """Return processor, memory, and versions."""
    # Not before it is needed: no other command of the setup loads Odoo.
    from odoo import release

    return {
        "processor": f"{os.cpu_count()} cores, {_processor()}",
        "memory": f"{_memory():.0f} GB",
        "system": f"{_system()}, Linux {platform.release().partition('-')[0]}",
        "PostgreSQL": str(postgres.binary_version()),
        "Odoo": release.version,
        "Python": platform.python_version(),
    }


def _processor() -> str:
    found = re.search(r"model name\s*:\s*(.+)", Path("/proc/cpuinfo").read_text())
    return found.group(1) if found else platform.machine()


def _memory() -> float:
    """Return the memory in GB."""
    pages = os.sysconf("SC_PHYS_PAGES") * os.sysconf("SC_PAGE_SIZE")
    return pages / 1e9


def _system() -> str:
    return platform.freedesktop_os_release().get("PRETTY_NAME", "Linux")
