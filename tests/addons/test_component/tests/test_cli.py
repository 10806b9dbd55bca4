# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""The command ``odoo components``, as a developer runs it."""

from __future__ import annotations

import subprocess

from odoo.tests import BaseCase, get_db_name, tagged

from .child import addons_path, run_python


@tagged("post_install", "-at_install")
class TestCli(BaseCase):
    def _run(self, *arguments: str) -> subprocess.CompletedProcess[str]:
        path = f"--addons-path={addons_path()}"
        command = ["-m", "odoo", path, "components", *arguments, "-d", get_db_name()]
        return run_python(*command, path)

    def test_list(self) -> None:
        done = self._run("list", "--addon", "test_component")
        self.assertEqual(done.returncode, 0, done.stderr)
        rows = [line.split() for line in done.stdout.splitlines()]
        collection = "test.component.backend"
        self.assertEqual(
            rows,
            [
                ["NAME", "ADDON", "USAGE", "COLLECTION", "MODELS"],
                [
                    "test.user.importer",
                    "test_component",
                    "importer",
                    collection,
                    "res.users",
                ],
                [
                    "test.partner.importer",
                    "test_component",
                    "importer",
                    collection,
                    "res.partner",
                ],
            ],
        )

    def test_list_all_shows_abstract_ones(self) -> None:
        done = self._run("list", "--all", "--usage", "importer")
        self.assertIn("\ntest.importer ", done.stdout)

    def test_explain_a_lookup(self) -> None:
        done = self._run("explain", "--usage", "importer", "--model", "res.users")
        self.assertEqual(done.returncode, 0, done.stderr)
        self.assertIn(
            "'test.user.importer' (addon 'test_component'): answers", done.stdout
        )
        self.assertIn("rejected, it applies on 'res.partner'", done.stdout)
        self.assertIn("component() returns 'test.user.importer'", done.stdout)

    def test_explain_a_component(self) -> None:
        done = self._run("explain", "test.user.importer")
        self.assertIn("chain: test.user.importer > test.importer > base", done.stdout)

    def test_unknown_component(self) -> None:
        done = self._run("explain", "test.user.importr")
        self.assertEqual(done.returncode, 1)
        self.assertIn("Did you mean 'test.user.importer'", done.stderr)
