# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""Odoo's package is fetched, checked and unpacked, or nothing is there."""

from __future__ import annotations

import hashlib

import pytest
from conftest import Clone

DEB = b"not really a package"
SUM = hashlib.sha256(DEB).hexdigest()
#: Stands for `dpkg -x FILE FOLDER`.
UNPACK = """
tree=$3/usr/lib/python3/dist-packages/odoo
mkdir -p "$tree/addons/mail/static/lib"
echo "version_info = (19, 0, 0, FINAL, 0, '')" > "$tree/release.py"
"""


@pytest.fixture
def sid(clone: Clone) -> Clone:
    """Return a clone whose mirror offers odoo-19."""
    clone.fake(
        "apt-get",
        'case "$*" in *download*)'
        f' echo -n "{DEB.decode()}" > odoo-19_19.0.0+dfsg-1_all.deb;; esac',
    )
    clone.fake("apt-cache", f"echo Version: 19.0.0+dfsg-1; echo SHA256: {SUM}")
    clone.fake("dpkg", UNPACK)
    return clone


def test_fetched_and_unpacked(sid: Clone) -> None:
    """The tree is there, with the asset that the package forgot, and only once made."""
    done = sid.step("fetch_odoo")
    assert not done.returncode, done.stdout
    addons = sid.local / "odoo/usr/lib/python3/dist-packages/odoo/addons"
    asset = addons / "mail/static/lib/selfie_segmentation/selfie_segmentation.js"
    assert asset.exists()
    assert (sid.local / "odoo/version").read_text() == "19.0.0+dfsg-1\n"
    sid.fake("apt-get", "exit 1")
    again = sid.step("fetch_odoo")
    assert not again.returncode, again.stdout
    assert "19.0.0+dfsg-1 in .local/odoo" in again.stdout


def test_wrong_checksum(sid: Clone) -> None:
    """A file that is not what Debian signed is deleted, and nothing is unpacked."""
    sid.fake("apt-cache", "echo Version: 19.0.0+dfsg-1; echo SHA256: " + "0" * 64)
    done = sid.step("fetch_odoo")
    assert done.returncode
    assert "checksum" in done.stdout
    assert not list((sid.local / "cache/apt/archives").glob("*.deb"))
    assert not (sid.local / "odoo").exists()


def test_interrupted_while_unpacking(sid: Clone) -> None:
    """Killed half way there is no tree; the next run makes it whole."""
    sid.fake("dpkg", f"{UNPACK}\nkill -9 $PPID")
    assert sid.step("fetch_odoo").returncode
    assert not (sid.local / "odoo").exists()
    sid.fake("dpkg", UNPACK)
    done = sid.step("fetch_odoo")
    assert not done.returncode, done.stdout
    assert (sid.local / "odoo/version").exists()
    assert not (sid.local / "odoo.new").exists()


def test_dangling_links_are_told(sid: Clone) -> None:
    """A link into a package we did not unpack is named: its file will be missed."""
    sid.fake("dpkg", f'{UNPACK}\nln -s /nowhere/font.ttf "$tree/addons/font.ttf"')
    done = sid.step("fetch_odoo")
    assert not done.returncode, done.stdout
    assert "addons/font.ttf" in done.stdout
