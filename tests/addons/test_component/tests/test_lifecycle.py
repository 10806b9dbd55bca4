# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""Components while modules come and go, with several databases and threads."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any, ClassVar

from odoo.tests import BaseCase, tagged

from .child import run_python

PLAIN = {
    "trace": ["test.user.importer", "test.importer"],
    "extended": False,
    "group importer": False,
}
EXTENDED = {
    "trace": [
        "test.user.importer extended",
        "test.user.importer",
        "test.importer extended",
        "test.importer",
    ],
    "extended": True,
    "group importer": True,
}


@tagged("post_install", "-at_install")
class TestLifecycle(BaseCase):
    observed: ClassVar[dict[str, Any]]

    @classmethod
    def setUpClass(cls) -> None:
        super().setUpClass()
        program = Path(__file__).with_name("lifecycle.py")
        done = run_python(str(program), "test_component_lifecycle")
        if done.returncode:
            raise AssertionError(done.stderr)
        cls.observed = json.loads(done.stdout)

    def test_install_upgrade_uninstall_while_the_server_runs(self) -> None:
        self.assertEqual(
            self.observed["modules"],
            {
                "before": PLAIN,
                "running": PLAIN,
                "other database": PLAIN,
                "installed": EXTENDED,
                "upgraded": EXTENDED,
                "uninstalled": PLAIN,
            },
        )

    def test_threads_and_databases(self) -> None:
        self.assertEqual(
            self.observed["threads"], {"wrong": [], "all threads worked": True}
        )

    def test_nothing_left_of_fifty_loads(self) -> None:
        cycles = self.observed["cycles"]
        self.assertEqual(cycles["registries alive"], 0)
        self.assertFalse(cycles["database known"])
        self.assertEqual(
            cycles["classes after all cycles"], cycles["classes after 5 cycles"]
        )
