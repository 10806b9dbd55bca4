"""setup/dev: a ready server, shell or tool for a developer."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
import time
from pathlib import Path

import benchmarks
import postgres
import translations
import wheels
from databases import BASE, SUITE, Databases
from odoo_run import Odoo
from ports import claim
from processes import interrupt_on_signals
from shop import Shop
from workspace import CLONE_ID, LOCAL, PYTHON, ROOT, SetupError

DATABASE = os.environ.get("DEV_DB", "dev")


def main(arguments: list[str]) -> int:
    """Run one command; return its status."""
    command, *rest = arguments
    actions = {
        "server": server,
        "workers": workers,
        "shell": shell,
        "odoo": odoo,
        "shop": shop,
        "psql": psql,
        "screenshots": screenshots,
        "wheels": build_wheels,
        "translations": translations.main,
        "benchmarks": benchmarks.main,
        "bash": bash,
        "reset": reset,
    }
    if command not in actions:
        raise SetupError(
            f"setup/dev knows no command {command!r}", f"commands: {' '.join(actions)}"
        )
    with postgres.server() as pg:
        databases = Databases(Odoo(pg))
        return actions[command](databases, rest)


def server(databases: Databases, arguments: list[str]) -> int:
    """Run Odoo with auto-reload; the options are Odoo's own."""
    ready(databases)
    conf = configure(databases, max_cron_threads=1)
    port = claim(option(arguments, "--http-port"), "Odoo")
    print(f"http://127.0.0.1:{port}/odoo  login: admin  password: admin", flush=True)
    more = ["-d", DATABASE, "--dev", "reload,qweb,xml", f"--http-port={port}"]
    return run(databases, databases.odoo.argv("server", conf, *more, *arguments))


def workers(databases: Databases, arguments: list[str]) -> int:
    """Run job workers; the options are those of `odoo queue_job run`."""
    ready(databases)
    argv = databases.odoo.argv("queue_job", configure(databases))
    argv[argv.index("-c") : argv.index("-c")] = ["run"]
    return run(databases, [*argv, "-d", DATABASE, *arguments])


def shell(databases: Databases, arguments: list[str]) -> int:
    """Run Odoo's shell on the database."""
    ready(databases)
    argv = databases.odoo.argv("shell", configure(databases), "-d", DATABASE)
    return run(databases, [*argv, "--no-http", *arguments])


def odoo(databases: Databases, arguments: list[str]) -> int:
    """Run any command of Odoo."""
    command, *rest = arguments or ["help"]
    conf = configure(databases)
    if command.startswith("-"):
        return run(databases, databases.odoo.argv("server", conf, *arguments))
    return run(
        databases,
        [*databases.odoo.argv_start(), command, *rest],
        ODOO_RC=str(conf),
    )


def shop(databases: Databases, arguments: list[str]) -> int:
    """Run the shop server until Ctrl-C, in the state of its seed."""
    port = claim(arguments[0] if arguments else None, "the shop")
    instance = Shop(databases, "dev_shop", port)
    with instance.start() as child:
        print(f"{instance.url}/admin-api  vendure-api-key in {instance.key_file}")
        print("Ctrl-C stops it", flush=True)
        while child.alive():
            time.sleep(1)
    raise SetupError("the shop ended by itself", f"read {child.log}")


def psql(databases: Databases, arguments: list[str]) -> int:
    """Run psql on the database."""
    program = shutil.which("psql")
    if not program:
        raise SetupError("psql is missing", "apt-get install postgresql-client")
    return run(databases, [program, *(arguments or ["-d", DATABASE])])


def screenshots(databases: Databases, _arguments: list[str]) -> int:
    """Take the pictures of the screens; those of the documentation are replaced."""
    name = f"screenshots_{CLONE_ID}"
    folder = LOCAL / "screenshots"
    databases.create(name, BASE)
    conf = databases.odoo.write_conf("screenshots")
    argv = databases.odoo.argv("server", conf, "-d", name, "-i", "queue_job")
    argv += ["--stop-after-init", "--test-tags=screenshots", f"--screenshots={folder}"]
    try:
        if status := run(databases, argv):
            return status
    finally:
        databases.drop(name)
    described = ROOT / "queue_job" / "static" / "description"
    for picture in sorted((folder / "queue_job").glob("*.png")):
        if (described / picture.name).exists():
            shutil.copy(picture, described)
        print(picture)
    return 0


def build_wheels(_databases: Databases, arguments: list[str]) -> int:
    """Build a wheel of each addon; in `dist`, or the folder that is named."""
    for wheel in wheels.build(Path(*arguments or ["dist"])):
        print(wheel)
    return 0


def bash(databases: Databases, arguments: list[str]) -> int:
    """Run a shell whose environment leads to everything."""
    conf = configure(databases)
    return run(databases, ["bash", *arguments], ODOO_RC=str(conf))


def reset(databases: Databases, _arguments: list[str]) -> int:
    """Make the database anew from its template."""
    databases.create(DATABASE, SUITE)
    print(f"database {DATABASE}: as new, with the suite installed")
    return 0


def ready(databases: Databases) -> None:
    """Make the database when there is none yet."""
    if not databases.exists(DATABASE):
        databases.create(DATABASE, SUITE)


def configure(databases: Databases, **options: object) -> Path:
    """Write the configuration of the developer's commands."""
    return databases.odoo.write_conf("dev", **{"limit_time_real": 0, **options})


def run(databases: Databases, argv: list[str], **more: str) -> int:
    """Run a program in the terminal; Ctrl-C is its own, its status is ours."""
    env = {**databases.odoo.env(), **more}
    env["PATH"] = f"{PYTHON.parent}{os.pathsep}{env['PATH']}"
    process = subprocess.Popen(argv, env=env, cwd=ROOT)
    while True:
        try:
            return process.wait()
        except KeyboardInterrupt:
            # The terminal sent it to the program too, which ends in its own time;
            # a signal from elsewhere came to us alone.
            process.terminate()


def option(arguments: list[str], name: str) -> str | None:
    """Take an option's value out of the arguments."""
    for index, argument in enumerate(arguments):
        if argument == name and index + 1 < len(arguments):
            value = arguments[index + 1]
            del arguments[index : index + 2]
            return value
        if argument.startswith(f"{name}="):
            return arguments.pop(index).partition("=")[2]
    return None


if __name__ == "__main__":
    interrupt_on_signals()
    try:
        sys.exit(main(sys.argv[1:]))
    except SetupError as error:
        sys.exit(error.report())
    except KeyboardInterrupt:
        sys.exit(130)
