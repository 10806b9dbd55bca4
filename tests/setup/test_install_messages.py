# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""What goes wrong on a machine is said with its remedy; nothing is left half done."""

from __future__ import annotations

import fcntl
import subprocess
from pathlib import Path

import pytest
from conftest import Clone

NO_NETWORK = 'echo "Temporary failure resolving the mirror" >&2; exit 100'


def refused(done: subprocess.CompletedProcess[str], *expected: str) -> None:
    """Check that it failed and said all of that."""
    assert done.returncode, done.stdout
    for text in expected:
        assert text in done.stdout


def test_disk_full(clone: Clone) -> None:
    """Free space is looked at before anything is fetched."""
    clone.fake("df", "echo Avail; echo 12")
    clone.fake("apt-get", "echo called > $HOME/apt-called")
    refused(
        clone.run("setup/install"), "needs 2200 MB", "12 MB free", "free some space"
    )
    assert not (clone.root.parent / "apt-called").exists()


def test_no_root_and_no_sudo(clone: Clone) -> None:
    """The command for the administrator is ready to be copied."""
    clone.hide("google-chrome", "chromium", "chromium-browser", "google-chrome-stable")
    clone.hide("sudo")
    clone.fake("id", 'if [ "$1" = -u ]; then echo 1000; else echo someone; fi')
    refused(
        clone.run("setup/install"),
        "only root can install",
        "apt-get install --no-install-recommends chromium fonts-liberation",
    )


def test_no_network_for_debian(clone: Clone) -> None:
    """A mirror that cannot be reached is told from a broken package."""
    clone.hide("google-chrome", "chromium", "chromium-browser", "google-chrome-stable")
    clone.fake("id", "echo 0")
    clone.fake("apt-get", NO_NETWORK)
    refused(clone.run("setup/install"), "no network?", "run this again")


def test_broken_apt(clone: Clone) -> None:
    """What apt says is shown, with the two commands that mend it."""
    clone.hide("google-chrome", "chromium", "chromium-browser", "google-chrome-stable")
    clone.fake("id", "echo 0")
    clone.fake("apt-get", 'echo "E: dpkg was interrupted" >&2; exit 100')
    refused(
        clone.run("setup/install"), "E: dpkg was interrupted", "dpkg --configure -a"
    )


def test_no_network_for_odoo(clone: Clone) -> None:
    """Odoo that cannot be fetched leaves no tree, and an own checkout is offered."""
    clone.fake("apt-get", NO_NETWORK)
    refused(clone.step("fetch_odoo"), "could not be fetched", "ODOO_SOURCE=")
    assert not (clone.local / "odoo").exists()
    assert not (clone.local / "stamps").exists()


@pytest.mark.parametrize("version", ["20.0.0+dfsg-1", ""])
def test_sid_has_moved_on(clone: Clone, version: str) -> None:
    """Another version in sid is named, and so is the way out."""
    clone.fake("apt-get", "exit 0")
    clone.fake("apt-cache", f'echo "Version: {version}"' if version else "exit 100")
    refused(clone.step("fetch_odoo"), "moved on", version or "none", "ODOO_SOURCE=")


def test_odoo_source_of_another_version(clone: Clone) -> None:
    """A checkout of 18.0 is refused before anything is installed with it."""
    checkout = clone.root.parent / "odoo18"
    (checkout / "odoo").mkdir(parents=True)
    release = checkout / "odoo" / "release.py"
    release.write_text("version_info = (18, 0, 0, FINAL, 0, '')\n")
    clone.env["ODOO_SOURCE"] = str(checkout)
    refused(clone.run("setup/install"), "version 18.0", "19.0")


def test_odoo_source_that_is_none(clone: Clone) -> None:
    """A wrong folder is named with what is missing in it."""
    clone.env["ODOO_SOURCE"] = str(clone.root)
    refused(clone.run("setup/install"), "no Odoo checkout", "odoo/release.py")


def test_python_too_old(clone: Clone) -> None:
    """The version found and the way to name another are told."""
    clone.fake("oldpython", '[ "$1" = --version ] && echo Python 3.8.1; exit 1')
    clone.env["PYTHON"] = "oldpython"
    clone.fake("apt-get", "exit 0")
    clone.fake("id", "echo 0")
    refused(clone.run("setup/install"), "3.11 to 3.13", "Python 3.8.1", "PYTHON=")


def test_python_without_venv(clone: Clone) -> None:
    """A python that cannot make environments is named, with the package to install."""
    clone.fake(
        "python3", 'case "$*" in *venv*) exit 1 ;; esac; exec /usr/bin/python3 "$@"'
    )
    clone.fake("id", 'if [ "$1" = -u ]; then echo 1000; else echo someone; fi')
    clone.hide("sudo")
    refused(clone.run("setup/install"), "python3-venv", "apt-get install")


def test_pip_without_network_leaves_no_environment(clone: Clone) -> None:
    """The link .local/venv is only made to a complete environment."""
    (clone.root / "setup" / "requirements.lock").write_text("requests==2.34.2\n")
    clone.env |= {"PIP_INDEX_URL": "http://127.0.0.1:9/", "PIP_RETRIES": "0"}
    clone.env |= {"PIP_CONFIG_FILE": "/dev/null"}
    done = clone.step("ODOO_PATH=/nowhere; install_venv")
    refused(done, "pip could not install", "check the network")
    assert not (clone.local / "venv").exists()
    assert not list((clone.local / "venvs").iterdir())


def test_npm_without_network_leaves_no_server(clone: Clone) -> None:
    """The shop server's folder only ever holds a complete installation."""
    clone.fake("npm", 'mkdir node_modules; echo "ENOTFOUND" >&2; exit 1')
    done = clone.step(f"NODE_BIN={clone.bin}; install_shop")
    refused(done, "npm could not install", "check the network")
    assert not list((clone.local / "shop").iterdir())


def test_not_writable(clone: Clone) -> None:
    """Somebody else's clone is not written to."""
    clone.local.write_text("a file where the folder should be")
    refused(clone.run("setup/install"), "cannot be written")


def test_two_installations_at_once(clone: Clone) -> None:
    """The second waits for the first, and says for which process."""
    (clone.local / "run").mkdir(parents=True)
    (clone.local / "run" / "install.pid").write_text("4711\n")
    with (clone.local / "run" / "install.lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        script = "take_install_lock; say got it; release_install_lock"
        clone.step("true")
        (clone.root / "step").write_text(
            (clone.root / "step").read_text().replace("\ntrue\n", f"\n{script}\n")
        )
        waiting = subprocess.Popen(
            [str(clone.root / "step")], env=clone.env, stdout=subprocess.PIPE, text=True
        )
        assert waiting.stdout
        assert "process 4711" in waiting.stdout.readline()
        assert waiting.poll() is None
    rest, _err = waiting.communicate(timeout=30)
    assert "got it" in rest
    assert not Path(clone.local / "run" / "install.pid").exists()


def test_interrupted_apt_is_completed(clone: Clone) -> None:
    """What a killed run left half configured is configured before anything else."""
    clone.hide("google-chrome", "chromium", "chromium-browser", "google-chrome-stable")
    clone.fake("id", "echo 0")
    clone.fake("dpkg", 'echo "dpkg $*" >> $HOME/called; echo "half configured"')
    clone.fake("apt-get", 'echo "apt-get ${@: -2}" >> $HOME/called')
    done = clone.step("install_debian_packages")
    assert not done.returncode, done.stdout
    assert "completing what was interrupted" in done.stdout
    called = (clone.root.parent / "called").read_text()
    assert called.index("dpkg --configure -a") < called.index("fonts-liberation")


def test_npm_that_does_not_say_why(clone: Clone) -> None:
    """The cause is found in npm's own log: its message may name none."""
    clone.fake(
        "npm",
        'mkdir -p "$npm_config_cache/_logs"; for n in 1 2; do'
        ' echo "$n http fetch GET /$n attempt 2 failed with SELF_SIGNED_CERT_IN_CHAIN";'
        ' done > "$npm_config_cache/_logs/1.log"; exit 1',
    )
    done = clone.step(f"NODE_BIN={clone.bin}; install_shop")
    refused(done, "its requests failed with SELF_SIGNED_CERT_IN_CHAIN", "check the")
