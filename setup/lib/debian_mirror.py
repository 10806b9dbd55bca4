"""Print an apt sources list for other suites of the mirror this machine uses.

``debian_mirror.py sid bookworm`` reads ``/etc/apt`` (both formats: ``*.sources`` and
one-line ``*.list``), takes the first enabled Debian archive, and prints one line for
each suite. Exit status 1 when there is none. Standard library only: it runs before
anything is installed.
"""

from __future__ import annotations

import re
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import NamedTuple

KEYRING = "/usr/share/keyrings/debian-archive-keyring.gpg"
# Names of the Debian archive proper; "-security" and "-updates" are other archives.
SUITES = re.compile(
    r"^(oldstable|stable|testing|unstable|sid|bookworm|trixie|forky|duke)(/updates)?$"
)
ONE_LINE = re.compile(r"^deb\s+(?:\[(?P<options>[^\]]*)\]\s+)?(?P<rest>.+)$")


class Source(NamedTuple):
    """One archive: its address and the options apt needs to trust it."""

    uri: str
    suite: str
    options: str


def from_deb822(text: str) -> Iterator[Source]:
    """Yield the archives of a ``*.sources`` file."""
    for stanza in re.split(r"\n\s*\n", text):
        fields = _fields(stanza)
        if fields.get("enabled", "yes").lower() in ("no", "false", "0"):
            continue
        if "deb" not in fields.get("types", "").split():
            continue
        options = _trust(fields.get("signed-by", ""), fields.get("trusted", ""))
        for uri in fields.get("uris", "").split():
            for suite in fields.get("suites", "").split():
                yield Source(uri, suite, options)


def from_one_line(text: str) -> Iterator[Source]:
    """Yield the archives of a ``*.list`` file."""
    for line in text.splitlines():
        match = ONE_LINE.match(line.split("#", 1)[0].strip())
        if not match:
            continue
        options = dict(
            part.split("=", 1)
            for part in (match["options"] or "").split()
            if "=" in part
        )
        uri, suite, *__ = match["rest"].split()
        yield Source(
            uri, suite, _trust(options.get("signed-by", ""), options.get("trusted", ""))
        )


def find(etc: Path) -> Source | None:
    """Return the first Debian archive that apt is configured for, in apt's order."""
    files = [etc / "sources.list"]
    parts = etc / "sources.list.d"
    files += sorted([*parts.glob("*.list"), *parts.glob("*.sources")])
    for path in files:
        if not path.is_file():
            continue
        parse = from_deb822 if path.suffix == ".sources" else from_one_line
        for source in parse(path.read_text(encoding="utf-8")):
            fetchable = not source.uri.startswith(("cdrom:", "mirror+file:"))
            if fetchable and SUITES.match(source.suite):
                return source
    return None


def _fields(stanza: str) -> dict[str, str]:
    """Read one stanza; a continuation line belongs to the field above it."""
    fields: dict[str, str] = {}
    name = ""
    for line in stanza.splitlines():
        if line.startswith("#"):
            continue
        if line[:1].isspace():
            fields[name] = f"{fields.get(name, '')}\n{line.strip()}"
        elif ":" in line:
            name, __, value = line.partition(":")
            name = name.strip().lower()
            fields[name] = value.strip()
    return fields


def _trust(signed_by: str, trusted: str) -> str:
    """Return apt's options; a key written into the file itself is Debian's own."""
    if trusted.lower() == "yes":
        return "trusted=yes"
    is_path = signed_by.startswith("/") and "\n" not in signed_by
    return f"signed-by={signed_by if is_path else KEYRING}"


def main(suites: list[str], etc: Path = Path("/etc/apt")) -> int:
    """Print the list; return the exit status."""
    source = find(etc)
    if source is None:
        return 1
    for suite in suites:
        sys.stdout.write(f"deb [{source.options}] {source.uri} {suite} main\n")
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
