"""Builds a wheel of each addon, for an Odoo that is installed with pip.

``wheels.py FOLDER``; `setup/dev wheels` calls it.

A wheel has the name by which wheels of other addons ask for it, ``odoo-addon-NAME``.
On PyPI these names belong to the OCA. So that pip can never take the one for the other,
the version has a local label, which no index accepts, and a wheel of the suite asks for
exactly the others that were built with it.
"""

from __future__ import annotations

import os
import re
import shutil
import subprocess
import sys
import tempfile
from pathlib import Path

from workspace import ADDONS, PYTHON, ROOT, SetupError

LABEL = "connector.suite"
#: How a build backend is called (PEP 517), in the folder of the sources.
BUILD = "import sys, whool.buildapi; whool.buildapi.build_wheel(sys.argv[1])"


def build(folder: Path) -> list[Path]:
    """Build the wheels into a folder, in place of those that are there.

    :raises SetupError: when an addon cannot be built
    """
    folder.mkdir(parents=True, exist_ok=True)
    for old in folder.glob(f"odoo_addon_*+{LABEL}-*.whl"):
        old.unlink()
    with tempfile.TemporaryDirectory() as work:
        plain = [_build_addon(addon, Path(work)) for addon in ADDONS]
        trees = [_unpack(wheel, Path(work)) for wheel in plain]
        versions = dict(_label(tree) for tree in trees)
        for tree in trees:
            _pin(tree, versions)
            _run([PYTHON, "-m", "wheel", "pack", tree, "--dest-dir", folder.resolve()])
    return sorted(folder.glob(f"odoo_addon_*+{LABEL}-*.whl"))


def _build_addon(addon: str, work: Path) -> Path:
    """Build an addon as its pyproject.toml says.

    From a copy, which the build may write to. The version is that of the manifest:
    whool would count commits after it, and needs git for that.
    """
    source = work / "source" / addon
    skipped = shutil.ignore_patterns("__pycache__", "node_modules")
    shutil.copytree(ROOT / addon, source, ignore=skipped)
    plain = work / "plain" / addon
    plain.mkdir(parents=True)
    _run(
        [PYTHON, "-c", BUILD, plain],
        source,
        WHOOL_POST_VERSION_STRATEGY_OVERRIDE="none",
    )
    return next(plain.glob("*.whl"))


def _unpack(wheel: Path, work: Path) -> Path:
    """Unpack a wheel; return its folder."""
    tree = work / "trees"
    _run([PYTHON, "-m", "wheel", "unpack", wheel, "--dest", tree])
    name, version, *_tags = wheel.name.split("-")
    return tree / f"{name}-{version}"


def _label(tree: Path) -> tuple[str, str]:
    """Give the wheel its labelled version; return its name and that version."""
    [info] = tree.glob("*.dist-info")
    metadata = info / "METADATA"
    text = metadata.read_text(encoding="utf-8")
    text = re.sub(r"(?m)^(Version: .*)$", rf"\1+{LABEL}", text, count=1)
    metadata.write_text(text, encoding="utf-8")
    name, version = (
        re.findall(rf"(?m)^{field}: (.*)$", text)[0] for field in ("Name", "Version")
    )
    info.rename(info.with_name(f"{name.replace('-', '_')}-{version}.dist-info"))
    return name, version


def _pin(tree: Path, versions: dict[str, str]) -> None:
    """Let the wheel ask for exactly these versions of the others."""
    [metadata] = tree.glob("*.dist-info/METADATA")
    text = metadata.read_text(encoding="utf-8")
    for name, version in versions.items():
        needed = rf"(?m)^(Requires-Dist: {re.escape(name)})==.*$"
        text = re.sub(needed, rf"\1=={version}", text)
    metadata.write_text(text, encoding="utf-8")


def _run(command: list[str | Path], folder: Path | None = None, **env: str) -> None:
    done = subprocess.run(
        list(map(str, command)),
        cwd=folder,
        env={**os.environ, **env},
        capture_output=True,
        text=True,
    )
    if done.returncode:
        raise SetupError(f"a wheel cannot be built:\n{done.stdout}{done.stderr}")


def main() -> int:
    """Build into the folder of the command line; print the wheels."""
    try:
        for wheel in build(Path(sys.argv[1])):
            print(wheel)
    except SetupError as error:
        print(error.report(), file=sys.stderr)
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main())
