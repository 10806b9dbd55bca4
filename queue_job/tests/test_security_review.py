# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""One test for each point of the security review that concerns jobs."""

from __future__ import annotations

import ast
import json
import re
from pathlib import Path
from typing import Any, ClassVar

from lxml import etree

from odoo.exceptions import AccessError
from odoo.http import Controller
from odoo.service.model import get_public_method
from odoo.tests import new_test_user, tagged
from odoo.tests.common import BaseCase
from odoo.tools import mute_logger

from ..core.redact import HIDDEN, redact
from ..exception import JobNotAllowedError, NotReadableJobError
from ..fields import JobDecoder, JobEncoder, encode_json
from ..job import Job
from ..job.allowed import STRICT_PARAMETER
from .model_common import JobRecordCase

ADDON = Path(__file__).resolve().parents[1]


@tagged("post_install", "-at_install")
class TestAccessRows(JobRecordCase):
    def models(self) -> list[Any]:
        """Return the models of the addon that have a table."""
        return [
            model
            for model in self.env.values()
            if model._module == "queue_job"
            and model._original_module == "queue_job"
            and not model._abstract
        ]

    def test_every_model_and_wizard_has_an_access_row(self) -> None:
        for model in self.models():
            rows = self.env["ir.model.access"].search([("model_id", "=", model._name)])
            with self.subTest(model=model._name):
                self.assertTrue(rows)
                self.assertTrue(all(row.group_id for row in rows), "for everybody")

    def test_jobs_are_neither_created_nor_deleted_by_anyone(self) -> None:
        for name in ("queue.job", "queue.job.attempt"):
            rows = self.env["ir.model.access"].search([("model_id.model", "=", name)])
            self.assertTrue(rows)
            for row in rows:
                with self.subTest(row=row.name):
                    self.assertFalse(row.perm_create or row.perm_unlink)

    def test_methods_that_make_jobs_are_no_methods_of_the_api(self) -> None:
        admin = self.env.ref("base.user_admin")
        methods = {
            "queue.job": (
                "create",
                "delay_many",
                "_test_job",
                "_tell_news",
                "_report_progress",
                "_watch",
                "_handle_failures",
                "db_record",
            ),
            "queue.job.function": ("_post_failures", "_send_failure_digests"),
            "res.partner": (
                "with_delay",
                "delayable",
                "_job_progress",
                "_job_parent_results",
                "_patch_job_auto_delay",
            ),
        }
        for model, names in methods.items():
            for name in names:
                with self.subTest(model=model, method=name):
                    with self.assertRaises(AccessError):
                        get_public_method(self.env[model].with_user(admin), name)


@tagged("post_install", "-at_install")
class TestArgumentsRebuildNothing(JobRecordCase):
    def test_a_dictionary_of_the_caller_is_never_taken_for_records(self) -> None:
        forged = {
            "_type": "odoo_recordset",
            "model": "res.users",
            "ids": [1],
            "uid": 1,
            "su": True,
        }
        for value in (forged, [forged], {"nested": forged}, (1, {"x": [forged]})):
            job = Job(self.partners[0].write, args=[{"ref": value}])
            job.store()
            (stored,) = Job.load(self.env, job.uuid).args
            with self.subTest(value=value):
                self.assertEqual(
                    json.loads(json.dumps(stored)),
                    json.loads(json.dumps({"ref": value})),
                )

    def test_the_identity_of_records_in_arguments_is_that_of_the_caller(self) -> None:
        user = new_test_user(self.env, "review_user", "base.group_user")
        job = Job(
            self.partners[0].with_user(user).write, args=[{"x": self.partners[1]}]
        )
        job.store()
        job.db_record().invalidate_recordset()
        loaded = Job.load(self.env, job.uuid)
        self.assertEqual((loaded.env.uid, loaded.env.su), (user.id, False))

    def test_xml_in_arguments_reads_no_file(self) -> None:
        secret = ADDON / "__manifest__.py"
        text = f'<!DOCTYPE x [<!ENTITY leak SYSTEM "file://{secret}">]><x>&leak;</x>'
        element = json.loads(
            json.dumps({"_type": "etree_element", "value": text}),
            cls=JobDecoder,
            env=self.env,
        )
        self.assertNotIn("license", etree.tostring(element, encoding="unicode"))

    def test_decoding_imports_no_module(self) -> None:
        text = json.dumps(
            {"_type": "queue_job:dataclass", "class": "antigravity:X", "value": {}}
        )
        with self.assertRaises(ValueError):
            json.loads(text, cls=JobDecoder, env=self.env)

    def test_sizes_are_limited(self) -> None:
        with self.assertRaisesRegex(TypeError, "attachment"):
            encode_json("x" * (17 * 1024 * 1024))

    def test_what_was_encoded_is_what_is_decoded(self) -> None:
        value = {"a": [1, "x", None], "b": self.partners}
        text = json.dumps(value, cls=JobEncoder)
        self.assertEqual(json.loads(text, cls=JobDecoder, env=self.env), value)


@tagged("post_install", "-at_install")
class TestOnlyMethodsOfModels(JobRecordCase):
    @mute_logger("odoo.addons.queue_job.delay")
    def test_no_name_with_two_underscores_is_delayed(self) -> None:
        for name in ("__iter__", "__len__", "__getitem__", "__contains__"):
            for delaying in (self.partners.with_delay(), self.partners.delayable()):
                with self.subTest(name), self.assertRaises(AttributeError):
                    getattr(delaying, name)

    def test_a_model_that_is_gone_cannot_run(self) -> None:
        job = self.make_job(model_name="no.such.model")
        with self.assertRaisesRegex(NotReadableJobError, "not installed"):
            Job.load(self.env, job.uuid).perform()

    def test_strictly_declared_methods_alone_are_delayed_and_run(self) -> None:
        before = self.partners[0].with_delay().write({"name": "before"})
        before.db_record()
        self.env["ir.config_parameter"].set_param(STRICT_PARAMETER, "True")
        with self.assertRaisesRegex(JobNotAllowedError, "<res.partner>.write"):
            self.partners[0].with_delay().write({"name": "new"})
        with self.assertRaises(JobNotAllowedError):
            Job.load(self.env, before.uuid).perform()
        self.assertEqual(self.partners[0].name, "First")
        self.env["queue.job.function"].create({"name": "<res.partner>.write"})
        self.partners[0].with_delay().write({"name": "new"})
        Job.load(self.env, before.uuid).perform()
        self.assertEqual(self.partners[0].name, "before")

    def test_jobs_of_this_addon_run_strictly(self) -> None:
        self.env["ir.config_parameter"].set_param(STRICT_PARAMETER, "True")
        self.assertTrue(self.env["queue.job"].with_delay()._test_job().db_record())
        function = self.env.ref("queue_job.job_function_queue_job__test_job")
        self.assertTrue(function.with_delay()._post_failures([]).db_record())


class TestRoutes(BaseCase):
    #: path -> (auth, methods); what is anonymous shows and starts nothing by itself.
    ROUTES: ClassVar[dict[str, tuple[str, list[str]]]] = {
        "/queue_job/runjob": ("none", ["GET"]),
        "/queue_job/session": ("none", ["GET"]),
        "/queue_job/create_test_job": ("user", ["GET"]),
        # with a token, and off without one
        "/queue_job/metrics": ("none", ["GET"]),
        "/queue_job/health": ("none", ["GET"]),
    }

    def test_all_routes_are_known_with_who_may_call_them_and_how(self) -> None:
        found = {}
        for controller in self._controllers(Controller):
            for name in vars(controller):
                routing = getattr(getattr(controller, name), "original_routing", None)
                for path in routing["routes"] if routing else ():
                    found[path] = (routing.get("auth", "user"), routing.get("methods"))
        self.assertEqual(found, self.ROUTES)

    def _controllers(self, base: type) -> list[type]:
        found = []
        for cls in base.__subclasses__():
            if cls.__module__.startswith("odoo.addons.queue_job."):
                found.append(cls)
            found.extend(self._controllers(cls))
        return found


class TestSources(BaseCase):
    def sources(self) -> list[tuple[str, ast.Module]]:
        """Return the modules of the addon, parsed, without its tests."""
        paths = (path for path in ADDON.rglob("*.py") if "tests" not in path.parts)
        return [(str(path), ast.parse(path.read_text())) for path in paths]

    def test_no_pickle_and_no_eval(self) -> None:
        forbidden = {"pickle", "marshal", "shelve", "dill", "safe_eval"}
        for path, tree in self.sources():
            for node in ast.walk(tree):
                names = set()
                if isinstance(node, ast.Import):
                    names = {alias.name.split(".")[0] for alias in node.names}
                elif isinstance(node, ast.ImportFrom):
                    names = {alias.name for alias in node.names}
                    names.add((node.module or "").split(".")[0])
                elif isinstance(node, ast.Call) and isinstance(node.func, ast.Name):
                    names = {node.func.id} & {"eval", "exec", "compile"}
                self.assertFalse(
                    names & (forbidden | {"eval", "exec", "compile"}), path
                )

    def test_no_html_of_others_in_the_screens(self) -> None:
        for path in (ADDON / "static" / "src").rglob("*"):
            if path.suffix in (".js", ".xml"):
                text = path.read_text()
                with self.subTest(path.name):
                    self.assertNotRegex(text, r"t-raw|innerHTML|\bmarkup\(")
        for path in (ADDON / "views").glob("*.xml"):
            self.assertNotIn('widget="html"', path.read_text(), path.name)


class TestSecretsInErrors(BaseCase):
    def test_secrets_are_hidden(self) -> None:
        for text in (
            "https://bob:hunter2@shop.example.com/api",
            "Authorization: Bearer hunter2hunter2",
            "Authorization: Basic aHVudGVyMg==hunter2",
            "{'api_key': 'hunter2', 'page': 1}",
            '"client_secret":"hunter2"',
            "POST /?password=hunter2&x=1",
            "X-Api-Key: hunter2hunter2",
            "login(password='hunter2')",
        ):
            with self.subTest(text):
                self.assertNotIn("hunter2", redact(text))
                self.assertIn(HIDDEN, redact(text))

    def test_the_rest_stays_readable(self) -> None:
        text = (
            'File "x.py", line 3, in check_password\n'
            "    token = self._get_token(user)\n"
            "    def login(self, password: str) -> None:\n"
            "KeyError: 'password'\nhttps://shop.example.com:8069/web?page=1"
        )
        self.assertEqual(redact(text), text)

    def test_no_pattern_has_an_unlimited_repetition(self) -> None:
        source = (ADDON / "core" / "redact.py").read_text()
        patterns = source[source.index("_PATTERNS") : source.index("def redact")]
        self.assertFalse(re.findall(r"\][*+]", patterns))
