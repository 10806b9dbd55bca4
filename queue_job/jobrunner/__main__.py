# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""``python -m odoo.addons.queue_job.jobrunner``: dedicated workers.

The same as ``odoo queue_job run``, for service files that start the runner this way;
Python must find the addon by itself, as it does once it is installed by pip.
"""

from __future__ import annotations

import sys

from odoo.service.server import load_server_wide_modules
from odoo.tools import config

from .runner import QueueJobRunner


def main(arguments: list[str]) -> int:
    """Run workers with Odoo's options until SIGTERM; return the exit status."""
    config.parse_config([*arguments, "--no-http"], setup_logging=True)
    load_server_wide_modules()
    return QueueJobRunner.from_environ_or_config().run()


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
