# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""The mirror is read from both formats of apt's sources."""

from __future__ import annotations

from pathlib import Path

import pytest
from debian_mirror import KEYRING, Source, find, main

ONE = "http://mirror.example/debian"


@pytest.mark.parametrize(
    ("name", "text", "expected"),
    [
        # deb822, as Debian 12's images have it
        (
            "sources.list.d/debian.sources",
            f"Types: deb\n# a comment\nURIs: {ONE}\nSuites: bookworm bookworm-updates\n"
            "Components: main\nSigned-By: /usr/share/keyrings/d.gpg\n",
            Source(ONE, "bookworm", "signed-by=/usr/share/keyrings/d.gpg"),
        ),
        # the security archive stands first
        (
            "sources.list.d/debian.sources",
            "Types: deb\nURIs: http://security.example\nSuites: bookworm-security\n"
            f"Components: main\n\nTypes: deb deb-src\nURIs: {ONE}\nSuites: trixie\n",
            Source(ONE, "trixie", f"signed-by={KEYRING}"),
        ),
        # a key written into the file
        (
            "sources.list.d/debian.sources",
            f"Types: deb\nURIs: {ONE}\nSuites: stable\nSigned-By:\n -----BEGIN\n x\n",
            Source(ONE, "stable", f"signed-by={KEYRING}"),
        ),
        # a stanza switched off, and one for sources only
        (
            "sources.list.d/debian.sources",
            "Enabled: no\nTypes: deb\nURIs: http://off.example\nSuites: bookworm\n\n"
            "Types: deb-src\nURIs: http://src.example\nSuites: bookworm\n\n"
            f"Types: deb\nURIs: {ONE}\nSuites: bookworm\n",
            Source(ONE, "bookworm", f"signed-by={KEYRING}"),
        ),
        # one line, plain, after a disc and a comment
        (
            "sources.list",
            "# deb http://old.example bookworm main\n"
            "deb cdrom:[Debian]/ bookworm main\n"
            f"deb {ONE} bookworm main contrib\n",
            Source(ONE, "bookworm", f"signed-by={KEYRING}"),
        ),
        # one line with options
        (
            "sources.list.d/x.list",
            f"deb [arch=amd64 signed-by=/k.gpg] {ONE} sid main\n",
            Source(ONE, "sid", "signed-by=/k.gpg"),
        ),
        # a mirror inside a company, trusted without signature
        (
            "sources.list",
            f"deb [trusted=yes] {ONE} bookworm main\n",
            Source(ONE, "bookworm", "trusted=yes"),
        ),
        # another project's repository is no mirror of Debian
        ("sources.list.d/node.list", "deb http://node.example nodistro main\n", None),
    ],
)
def test_find(tmp_path: Path, name: str, text: str, expected: Source | None) -> None:
    """Return the first Debian archive that is switched on."""
    file = tmp_path / name
    file.parent.mkdir(exist_ok=True)
    file.write_text(text)
    assert find(tmp_path) == expected


def test_print(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """Print a line for each suite; status 1 when there is no mirror."""
    assert main(["sid"], tmp_path) == 1
    (tmp_path / "sources.list").write_text(f"deb {ONE} bookworm main\n")
    assert main(["sid", "bookworm"], tmp_path) == 0
    assert capsys.readouterr().out.splitlines() == [
        f"deb [signed-by={KEYRING}] {ONE} {suite} main" for suite in ("sid", "bookworm")
    ]
