# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""The list of the security review, each point with the tests that hold it."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator
from functools import cache
from pathlib import Path
from typing import Final

from odoo.tests.common import BaseCase

from .common import ADDONS

ROOT: Final = Path(__file__).resolve().parents[4]
_QUEUE: Final = "queue_job/tests"
_CONNECTOR: Final = "connector/tests"
_MODELS: Final = "tests/addons/test_connector/tests"
_HERE: Final = "tests/addons/test_security/tests"

#: Point -> folder, class and test ("" for all of the class).
POINTS: Final[dict[str, tuple[tuple[str, str, str], ...]]] = {
    "every model, wizards included, has access rows; jobs are neither created nor "
    "deleted": (
        (_HERE, "TestRights", "test_the_table_is_what_the_rights_are"),
        (_HERE, "TestCompanies", "test_wizards_are_for_those_who_opened_them"),
        (_QUEUE, "TestAccessRows", ""),
        (_QUEUE, "TestSecurity", "test_nobody_creates_or_deletes"),
    ),
    "as whom a job runs is for administrators, and logged": (
        (_QUEUE, "TestSecurity", "test_an_administrator_can_and_it_is_logged"),
        (
            _QUEUE,
            "TestSecurity",
            "test_a_manager_cannot_make_a_job_run_as_someone_else",
        ),
        (_QUEUE, "TestSecurity", "test_a_sentinel_sent_by_a_client_opens_nothing"),
        (_HERE, "TestManagersOfTheQueue", ""),
    ),
    "arguments name no identity, and are never taken for records": (
        (_QUEUE, "TestArgumentsRebuildNothing", ""),
        (_QUEUE, "TestSecurity", "test_what_a_job_does_cannot_be_changed"),
        (_QUEUE, "TestArguments", ""),
    ),
    "which methods run": (
        (_QUEUE, "TestOnlyMethodsOfModels", ""),
        (_HERE, "TestRemoteMethods", ""),
        (
            _HERE,
            "TestManagersOfTheQueue",
            "test_a_related_action_is_no_way_to_call_any_method",
        ),
    ),
    "no route runs jobs": (
        (_QUEUE, "TestRunJob", ""),
        (_QUEUE, "TestRoutes", ""),
        (_HERE, "TestRoutes", ""),
    ),
    "test jobs are for those who may change rights, and for no other site": (
        (_QUEUE, "TestCreateTestJob", "test_needs_the_right_to_change_rights"),
        (_HERE, "TestRoutes", "test_a_page_of_another_site_creates_no_jobs"),
    ),
    "companies: search, groups, names, export; own jobs": (
        (_HERE, "TestCompanies", ""),
        (_QUEUE, "TestWhoSeesWhat", ""),
        (_QUEUE, "TestOwnJobs", ""),
        (_MODELS, "TestAccess", ""),
    ),
    "superuser mode shows and does nothing more; SQL has parameters": (
        (_HERE, "TestReaders", ""),
        (_HERE, "TestManagersOfShops", ""),
        ("tests/setup", "", "test_pylint_odoo"),
    ),
    "nothing stored is evaluated, nothing of others is shown as HTML, sizes have "
    "limits, secrets are hidden": (
        (_HERE, "TestSources", ""),
        (_QUEUE, "TestSecretsInErrors", ""),
        (_QUEUE, "TestTexts", ""),
        (_QUEUE, "TestArgumentsRebuildNothing", "test_sizes_are_limited"),
        (_HERE, "TestManagersOfShops", "test_words_of_a_shop_are_no_html"),
    ),
    "credentials, TLS, time limits, addresses and webhooks of backends": (
        (_MODELS, "TestHttpBackend", "test_credentials_are_for_administrators"),
        (_MODELS, "TestCallLog", "test_secrets_are_left_out"),
        (_CONNECTOR, "TestHttpClient", "test_time_limits_are_required"),
        (_CONNECTOR, "TestHttpClient", "test_secrets_are_not_logged"),
        (_QUEUE, "TestUrlPolicy", ""),
        (_QUEUE, "TestGuardedSession", ""),
        (_CONNECTOR, "TestUrlPolicy", ""),
        (_CONNECTOR, "TestGuardedConnection", ""),
        (_CONNECTOR, "TestSignatures", ""),
        (_HERE, "TestWebhookFuzz", ""),
        (_HERE, "TestManagersOfShops", ""),
    ),
    "what shops send is imported, or told": (
        (_CONNECTOR, "TestMapperFuzz", ""),
        (_HERE, "TestShopData", ""),
    ),
    "metrics are off without a token, and name nothing": (
        (_QUEUE, "TestMonitoringRoutes", ""),
        (_QUEUE, "TestMetrics", "test_no_job_is_named"),
        (_HERE, "TestRoutes", "test_monitoring_is_off_without_a_token"),
    ),
}
#: Where statements are put together from names of columns, and from nothing else.
COMPOSED: Final = frozenset(("queue_job/store/enqueue.py",))


@cache
def _tests(folder: str) -> dict[str, set[str]]:
    """Return the tests of a folder by class; those outside of one by ""."""
    found: dict[str, set[str]] = {}
    for path in (ROOT / folder).glob("test_*.py"):
        for node in ast.parse(path.read_text()).body:
            inside = node.body if isinstance(node, ast.ClassDef) else [node]
            name = node.name if isinstance(node, ast.ClassDef) else ""
            tests = {part.name for part in inside if isinstance(part, ast.FunctionDef)}
            found.setdefault(name, set()).update(tests)
    return found


class TestReview(BaseCase):
    def test_each_point_has_its_tests(self) -> None:
        for point, tests in POINTS.items():
            for folder, cls, test in tests:
                with self.subTest(point=point, test=f"{folder} {cls}.{test}"):
                    names = _tests(folder).get(cls, set())
                    self.assertTrue(any(name.startswith("test") for name in names))
                    if test:
                        self.assertIn(test, names)

    def test_who_finds_another_hole_is_told_where_to_go(self) -> None:
        self.assertIn("**Report**", (ROOT / "SECURITY.md").read_text())


class TestSources(BaseCase):
    """What no line of the addons does, whoever writes it."""

    def _modules(self) -> Iterator[tuple[Path, ast.Module]]:
        for addon in ADDONS:
            for path in (ROOT / addon).rglob("*.py"):
                if not {"tests", "testing"} & set(path.parts):
                    yield path, ast.parse(path.read_text())

    def _calls(self) -> Iterator[tuple[Path, ast.Call, str]]:
        for path, tree in self._modules():
            for node in ast.walk(tree):
                if isinstance(node, ast.Call):
                    yield path, node, ast.unparse(node.func)

    def test_nothing_is_evaluated_or_unpickled(self) -> None:
        forbidden = {
            "pickle",
            "marshal",
            "shelve",
            "dill",
            "safe_eval",
            "test_python_expr",
        }
        for path, tree in self._modules():
            for node in ast.walk(tree):
                if isinstance(node, ast.Import | ast.ImportFrom):
                    names = {alias.name.split(".")[0] for alias in node.names}
                    names.add((getattr(node, "module", None) or "").split(".")[0])
                    self.assertFalse(names & forbidden, path)
        for path, _call, function in self._calls():
            self.assertNotIn(function, ("eval", "exec", "compile", "__import__"), path)

    def test_xml_of_others_reads_no_files(self) -> None:
        for path, call, function in self._calls():
            if function.endswith("XMLParser"):
                options = {word.arg: ast.unparse(word.value) for word in call.keywords}
                self.assertEqual(options.get("resolve_entities"), "False", path)
                self.assertEqual(options.get("no_network"), "True", path)

    def test_tls_is_verified_and_no_shell_is_run(self) -> None:
        for path, call, function in self._calls():
            options = {word.arg: ast.unparse(word.value) for word in call.keywords}
            self.assertNotEqual(options.get("verify"), "False", path)
            self.assertNotEqual(options.get("shell"), "True", path)
            self.assertNotIn(function, ("os.system", "os.popen"), path)
            self.assertFalse(function.endswith("_create_unverified_context"), path)

    def test_statements_are_written_with_no_values_in_them(self) -> None:
        """Values are parameters: no f-string, ``%`` or ``format`` where SQL is run."""
        for path, call, function in self._calls():
            if (
                not function.endswith(("cr.execute", "cr.execute_values"))
                or not call.args
            ):
                continue
            query = call.args[0]
            formats = isinstance(query, ast.Call) and ast.unparse(query.func).endswith(
                ".format"
            )
            inside = isinstance(query, ast.JoinedStr | ast.BinOp) or formats
            if str(path.relative_to(ROOT)) not in COMPOSED:
                self.assertFalse(inside, f"{path.relative_to(ROOT)}:{call.lineno}")

    def test_screens_show_no_html_of_others(self) -> None:
        for addon in ADDONS:
            for path in (ROOT / addon).rglob("*"):
                if path.suffix not in (".js", ".xml") or "tests" in path.parts:
                    continue
                with self.subTest(str(path.relative_to(ROOT))):
                    text = path.read_text()
                    self.assertNotRegex(text, r"t-raw|innerHTML|outerHTML|\bmarkup\(")

    def test_fields_with_secrets_are_for_administrators(self) -> None:
        name = re.compile(r"(secret|password|api_key|access_token)$")
        for path, tree in self._modules():
            for node in ast.walk(tree):
                if not isinstance(node, ast.Assign) or not isinstance(
                    node.value, ast.Call
                ):
                    continue
                target = ast.unparse(node.targets[0])
                if name.search(target) and "fields.Char" in ast.unparse(
                    node.value.func
                ):
                    with self.subTest(f"{path.relative_to(ROOT)} {target}"):
                        self.assertIn("base.group_system", ast.unparse(node.value))
