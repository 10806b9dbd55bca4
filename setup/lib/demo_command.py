"""setup/demo: a shop, Odoo with job workers, and the shop's orders in Odoo."""

from __future__ import annotations

import argparse
import contextlib
import subprocess
import sys
import time
import urllib.error
import urllib.request
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import odoo_log
import postgres
from databases import SUITE, Databases
from locks import only_one
from odoo_run import Odoo
from outcome import Outcome
from ports import claim
from processes import Child, interrupt_on_signals
from shop import Shop
from workspace import CLONE_ID, LOG, PYTHON, ROOT, SETUP, SetupError

WORKERS = "2"
START_SECONDS = 120
DRIVER_SECONDS = 1800


@dataclass(frozen=True)
class Stage:
    """What runs while the demo does, and where it is reached."""

    shop: Shop
    database: str
    conf: Path
    url: str
    children: tuple[Child, ...]


@contextlib.contextmanager
def stage(
    databases: Databases,
    name: str,
    port: str | None = None,
    shop_port: str | None = None,
) -> Iterator[Stage]:
    """Start a seeded shop, Odoo with the suite and job workers; stop them at the end.

    The database is a fresh copy of the suite's template, named after `name`.
    """
    odoo = databases.odoo
    http = claim(port, "Odoo")
    shop = Shop(databases, f"{name}_shop", claim(shop_port, "the shop"))
    database = f"{name}_{CLONE_ID}"
    databases.create(database, SUITE)
    conf = odoo.write_conf(
        name, http_port=http, workers=2, max_cron_threads=1, dbfilter=f"^{database}$"
    )
    with contextlib.ExitStack() as running:
        shop_child = running.enter_context(shop.start())
        server = start(odoo, f"{name}-odoo", odoo.argv("server", conf, "-d", database))
        running.enter_context(server)
        jobs = odoo.argv("queue_job", conf)
        jobs[jobs.index("-c") : jobs.index("-c")] = ["run", "--workers", WORKERS]
        workers = start(odoo, f"{name}-workers", [*jobs, "-d", database])
        running.enter_context(workers)
        url = f"http://127.0.0.1:{http}"
        server.wait_until(lambda: healthy(url), START_SECONDS)
        yield Stage(shop, database, conf, url, (shop_child, server, workers))


def start(odoo: Odoo, name: str, argv: list[str]) -> Child:
    """Start one of Odoo's processes."""
    return Child(name, argv, odoo.env(), cwd=ROOT)


def healthy(url: str) -> bool:
    """Tell whether Odoo answers."""
    try:
        with urllib.request.urlopen(f"{url}/web/health", timeout=5) as answer:
            return bool(answer.status == 200)
    except (urllib.error.URLError, OSError):
        return False


def drive(odoo: Odoo, running: Stage, output: int | None = None) -> int:
    """Run the demo itself (demo.py), and return its status: 0 when all agrees."""
    env = {
        **odoo.env(),
        "SHOP_URL": running.shop.url,
        "SHOP_KEY_FILE": str(running.shop.key_file),
    }
    argv = [str(PYTHON), str(SETUP / "lib" / "demo.py")]
    argv += ["-c", str(running.conf), "-d", running.database]
    argv += ["--logfile", str(LOG / f"{running.conf.stem}-driver.log")]
    driver = subprocess.Popen(
        argv, env=env, cwd=ROOT, stdin=subprocess.DEVNULL, stdout=output, stderr=output
    )
    try:
        return driver.wait(DRIVER_SECONDS)
    finally:
        if driver.poll() is None:
            driver.kill()
            driver.wait()


def check(databases: Databases) -> Outcome:
    """Run the demo as a test suite; its terminal output is the log."""
    log = LOG / "test" / "demo.log"
    with stage(databases, "check") as running, log.open("wb") as output:
        status = drive(databases.odoo, running, output.fileno())
        ended = [child.name for child in running.children if not child.alive()]
    databases.drop(running.database)
    errors = [line for child in running.children for line in errors_in(child.log)]
    tail = "\n      ".join(log.read_text(errors="replace").splitlines()[-15:])
    outcome = Outcome.of_check(not status, tail, log)
    if ended:
        outcome.problem(f"ended before the demo did: {', '.join(ended)}")
    if errors:
        outcome.problem(f"the logs of the demo have {len(errors)} errors:")
        outcome.problems += errors[:12]
    return outcome


#: Two jobs met the same new record: the second one is refused, and tried again.
LOST_RACE = "Key (backend_id, external_id)="


def errors_in(log: Path) -> list[str]:
    """Return the errors of a log, and the tracebacks that no logger wrote."""
    text = log.read_text(errors="replace")
    lines = odoo_log.parse(text).error_lines
    found = [line for line in lines if LOST_RACE not in line]
    if not found and "\nTraceback (most recent call last)" in text:
        found = [text[text.index("\nTraceback") :].strip().split("\n\n")[0][:2000]]
    return [f"{log.name}: {line}" for line in found]


def run(options: argparse.Namespace) -> int:
    """Run the demo in the terminal; stay up until Ctrl-C unless it is a check."""
    with only_one("setup/demo"), postgres.server() as pg:
        databases = Databases(Odoo(pg))
        say("starting the shop server, Odoo and the job workers")
        with stage(databases, "demo", options.port, options.shop_port) as running:
            say(f"the shop: {running.shop.url}/admin-api    Odoo: {running.url}")
            status = drive(databases.odoo, running)
            if options.check or status:
                return status
            say(
                f"Odoo is at {running.url}/odoo  login: admin  password: admin\n"
                f"         the shop's API is at {running.shop.url}/admin-api\n"
                "         Ctrl-C stops everything"
            )
            return wait(running)


def wait(running: Stage) -> int:
    """Wait for Ctrl-C; return 1 when a process ends before it."""
    try:
        while all(child.alive() for child in running.children):
            time.sleep(1)
    except KeyboardInterrupt:
        say("stopping")
        return 0
    ended = [
        f"{child.name} ({child.log})" for child in running.children if not child.alive()
    ]
    raise SetupError(f"ended by itself: {', '.join(ended)}", "read its log")


def say(text: str) -> None:
    """Print a line of progress."""
    print(f"[demo]   {text}", flush=True)


def main() -> int:
    """Read the command line; return the exit status."""
    parser = argparse.ArgumentParser(prog="setup/demo", description=__doc__)
    parser.add_argument(
        "--check", action="store_true", help="exit: 0 only if everything agrees"
    )
    parser.add_argument("--port", help="port of Odoo (default: a free one)")
    parser.add_argument("--shop-port", help="port of the shop (default: a free one)")
    options = parser.parse_args()
    interrupt_on_signals()
    try:
        return run(options)
    except SetupError as error:
        print(error.report(), file=sys.stderr)
    except KeyboardInterrupt:
        print("\nstopped", file=sys.stderr)
    return 1


if __name__ == "__main__":
    sys.exit(main())
