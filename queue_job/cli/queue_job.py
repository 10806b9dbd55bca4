# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""``odoo queue_job run``: dedicated job workers, without HTTP."""

from __future__ import annotations

import argparse
import logging
import sys

from odoo.cli import Command
from odoo.tools import config

_logger = logging.getLogger("odoo.addons.queue_job.cli")


class QueueJob(Command):
    """Run the workers of the job queue."""

    name = "queue_job"

    def run(self, args: list[str]) -> None:
        """Parse the command line and run the sub-command; exits with its status."""
        self._add_arguments()
        options, odoo_args = self.parser.parse_known_args(args)
        try:
            config.parse_config([*odoo_args, "--no-http"], setup_logging=True)
            status = options.action(options)
        except (ValueError, NotImplementedError) as error:
            sys.exit(f"odoo queue_job: {error}")
        sys.exit(status)

    def _add_arguments(self) -> None:
        self.parser.epilog = "Every other option is Odoo's own: -c, -d, --logfile..."
        actions = self.parser.add_subparsers(
            title="commands", dest="command", required=True
        )
        run = actions.add_parser(
            "run", help="run worker processes until SIGTERM", allow_abbrev=False
        )
        run.add_argument(
            "--workers", type=_positive, help="worker processes (default: 2)"
        )
        run.add_argument(
            "--channels", help="channel configuration, as in root:4,root.shop:2"
        )
        run.add_argument(
            "--stop-timeout",
            type=float,
            default=60.0,
            help="seconds that running jobs get to end after SIGTERM (default: 60)",
        )
        run.add_argument(
            "--beside-server",
            action="store_true",
            help="stop when the process that started this one ends",
        )
        run.set_defaults(action=_run)


def _positive(text: str) -> int:
    if not text.isdecimal() or int(text) < 1:
        raise argparse.ArgumentTypeError(f"{text!r} is not a number of workers (1, 2…)")
    return int(text)


def _run(options: argparse.Namespace) -> int:
    # Here, not above: the command is found without the addon being imported.
    from odoo.service.server import load_server_wide_modules

    from odoo.addons.queue_job.runtime.databases import Databases
    from odoo.addons.queue_job.runtime.settings import read_settings
    from odoo.addons.queue_job.runtime.supervisor import Supervisor

    load_server_wide_modules()
    settings = read_settings(options.channels, options.workers)
    if settings.is_disabled:
        _logger.info("root:0 is configured: no job runs here")
        return 0
    databases = Databases()
    supervisor = Supervisor(
        databases,
        settings,
        beside_server=options.beside_server,
        stop_timeout=options.stop_timeout,
    )
    return supervisor.run()
