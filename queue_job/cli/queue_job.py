# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""``odoo queue_job run|status|drain|doctor``: the job queue from the command line."""

from __future__ import annotations

import argparse
import logging
import sys
from typing import TYPE_CHECKING

from odoo.cli import Command
from odoo.tools import config

if TYPE_CHECKING:
    from odoo.addons.queue_job.runtime.settings import Settings

_logger = logging.getLogger("odoo.addons.queue_job.cli")

# The addon is imported inside the functions: Odoo finds and loads this file alone.


class QueueJob(Command):
    """Run the workers of the job queue, and see how it does."""

    name = "queue_job"

    def run(self, args: list[str]) -> None:
        """Parse the command line and run the sub-command; exits with its status."""
        self._add_arguments()
        options, odoo_args = self.parser.parse_known_args(args)
        if options.command != "run":
            odoo_args = ["--log-level", "warn", *odoo_args]
        try:
            config.parse_config([*odoo_args, "--no-http"], setup_logging=True)
            status = options.action(options)
        except ValueError as error:
            sys.exit(f"odoo queue_job: {error}")
        except KeyboardInterrupt:
            status = 130
        sys.exit(status)

    def _add_arguments(self) -> None:
        self.parser.epilog = "Every other option is Odoo's own: -c, -d, --logfile..."
        commands = self.parser.add_subparsers(
            title="commands", dest="command", required=True
        )
        for name, summary, action, add in (
            ("run", "run worker processes until SIGTERM", _run, _add_run),
            ("status", "show channels and workers", _status, _add_status),
            ("drain", "start no job, wait for those that run", _drain, _add_drain),
            ("doctor", "find what keeps jobs from running", _doctor, None),
        ):
            command = commands.add_parser(name, help=summary, allow_abbrev=False)
            command.set_defaults(action=action)
            if add:
                add(command)


def _add_run(parser: argparse.ArgumentParser) -> None:
    parser.add_argument(
        "--workers", type=_positive, help="worker processes (default: 2)"
    )
    parser.add_argument(
        "--channels", help="channel configuration, as in root:4,root.shop:2"
    )
    parser.add_argument(
        "--stop-timeout",
        type=float,
        default=60.0,
        help="seconds that running jobs get to end after SIGTERM (default: 60)",
    )
    parser.add_argument(
        "--beside-server",
        action="store_true",
        help="stop when the process that started this one ends",
    )


def _add_status(parser: argparse.ArgumentParser) -> None:
    parser.add_argument(
        "--watch",
        type=float,
        metavar="SECONDS",
        help="show it again every so many seconds, until Ctrl-C",
    )
    parser.add_argument(
        "--format",
        choices=("table", "json", "prometheus"),
        default="table",
        help="for programs: health in JSON (status 1 when it is bad), or metrics",
    )


def _add_drain(parser: argparse.ArgumentParser) -> None:
    parser.add_argument(
        "--timeout",
        type=float,
        metavar="SECONDS",
        help="give up then, with status 1; jobs go on to end (default: wait)",
    )
    parser.add_argument("--resume", action="store_true", help="let jobs start again")


def _positive(text: str) -> int:
    if not text.isdecimal() or int(text) < 1:
        raise argparse.ArgumentTypeError(f"{text!r} is not a number of workers (1, 2…)")
    return int(text)


def _run(options: argparse.Namespace) -> int:
    from odoo.service.server import load_server_wide_modules

    from odoo.addons.queue_job.runtime.databases import Databases
    from odoo.addons.queue_job.runtime.logs import configure
    from odoo.addons.queue_job.runtime.settings import read_settings
    from odoo.addons.queue_job.runtime.supervisor import Supervisor

    load_server_wide_modules()
    settings = read_settings(options.channels, options.workers)
    configure(settings.log_format)
    if settings.is_disabled:
        _logger.info("root:0 is configured: no job runs here")
        return 0
    supervisor = Supervisor(
        Databases(),
        settings,
        beside_server=options.beside_server,
        stop_timeout=options.stop_timeout,
    )
    return supervisor.run()


def _settings() -> Settings:
    from odoo.addons.queue_job.runtime.settings import read_settings

    return read_settings()


def _databases() -> list[str]:
    from odoo.addons.queue_job.runtime.databases import Databases

    return Databases().names()


def _status(options: argparse.Namespace) -> int:
    from odoo.addons.queue_job.operate.status import tell, watch

    names = _databases()
    if options.watch is not None and (len(names) != 1 or options.format != "table"):
        raise ValueError("--watch shows a table of one database: name it with -d")
    if options.format == "prometheus" and len(names) != 1:
        raise ValueError("metrics are of one database: name it with -d")
    if options.format == "table":
        for dbname in names:
            watch(dbname, options.watch)
        return 0
    return int(not all([tell(dbname, options.format) for dbname in names]))


def _drain(options: argparse.Namespace) -> int:
    from odoo.addons.queue_job.operate.drain import drain, resume

    settings = _settings()
    status = 0
    for dbname in _databases():
        parameters = settings.connection_parameters(dbname)
        if options.resume:
            resume(parameters)
            print(f"{dbname}: jobs start again")
        elif running := drain(parameters, options.timeout):
            print(f"{dbname}: {running} jobs still run")
            status = 1
        else:
            print(f"{dbname}: drained; start again with --resume")
    return status


def _doctor(options: argparse.Namespace) -> int:
    from odoo.addons.queue_job.operate.doctor import Level, examine

    settings = _settings()
    status = 0
    for dbname in _databases():
        for finding in examine(dbname, settings):
            print(finding)
            status |= finding.level is Level.ERROR
    return int(status)
