# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
import os
import sys
import tempfile
import types
from configparser import ConfigParser
from unittest import mock

from odoo.tests.common import BaseCase, get_db_name, tagged
from odoo.tools import config

from odoo.addons.queue_job.jobrunner import QueueJobRunnerThread, WorkerJobRunner
from odoo.addons.queue_job.jobrunner import runner as runner_module
from odoo.addons.queue_job.jobrunner.runner import (
    Database,
    MasterElectionLost,
    QueueJobRunner,
)

from ..runner import CustomerRunner

ENVIRON = {
    "ODOO_QUEUE_JOB_CHANNELS": "root:3,env:1",
    "ODOO_QUEUE_JOB_SCHEME": "https",
    "ODOO_QUEUE_JOB_HOST": "odoo.example.com",
    "ODOO_QUEUE_JOB_PORT": "443",
    "ODOO_QUEUE_JOB_HTTP_AUTH_USER": "runner",
    "ODOO_QUEUE_JOB_HTTP_AUTH_PASSWORD": "secret",
    "ODOO_QUEUE_JOB_JOBRUNNER_DB_HOST": "pg.example.com",
    "ODOO_QUEUE_JOB_JOBRUNNER_DB_PORT": "5433",
    "ODOO_QUEUE_JOB_JOBRUNNER_DB_USER": "runner_user",
    "ODOO_QUEUE_JOB_JOBRUNNER_DB_PASSWORD": "runner_secret",
}
FILE = """
[options]
db_name = ignored

[queue_job]
channels = root:2,
    file:1,
    file.sub
scheme = https
host = file.example.com
port = 8443
http_auth_user = file_user
http_auth_password = file_secret
jobrunner_db_host = file.pg.example.com
jobrunner_db_port = 5434
"""


@tagged("post_install", "-at_install")
class TestRunner(BaseCase):
    def setUp(self):
        super().setUp()
        names = [name for name in os.environ if name.startswith("ODOO_QUEUE_JOB_")]
        environ = {k: v for k, v in os.environ.items() if k not in names}
        self.enterContext(mock.patch.dict(os.environ, environ, clear=True))

    def with_file(self, text=FILE):
        with tempfile.NamedTemporaryFile("w", suffix=".conf", delete=False) as file:
            file.write(text)
        self.addCleanup(os.unlink, file.name)
        patched = {**config.options, "config": file.name}
        getitem = type(config).__getitem__

        def read(options, key):
            return file.name if key == "config" else getitem(options, key)

        self.assertTrue(patched)
        self.enterContext(mock.patch.object(type(config), "__getitem__", read))

    def database(self, runner):
        return runner._settings.connection_parameters("some_db")

    def test_environment(self):
        with mock.patch.dict(os.environ, ENVIRON):
            runner = QueueJobRunner.from_environ_or_config()
        self.assertEqual(runner.scheme, "https")
        self.assertEqual(runner.host, "odoo.example.com")
        self.assertEqual(int(runner.port), 443)
        self.assertEqual(runner.user, "runner")
        self.assertEqual(runner.password, "secret")
        parameters = self.database(runner)
        self.assertEqual(parameters["host"], "pg.example.com")
        self.assertEqual(int(parameters["port"]), 5433)
        self.assertEqual(parameters["user"], "runner_user")
        self.assertEqual(parameters["password"], "runner_secret")

    def test_file(self):
        self.with_file()
        runner = QueueJobRunner.from_environ_or_config()
        self.assertEqual(runner.scheme, "https")
        self.assertEqual(runner.host, "file.example.com")
        self.assertEqual(int(runner.port), 8443)
        self.assertEqual((runner.user, runner.password), ("file_user", "file_secret"))
        self.assertEqual(self.database(runner)["host"], "file.pg.example.com")
        names = {channel.name for channel in runner._settings.channels}
        self.assertEqual(names, {"root", "root.file", "root.file.sub"})

    def test_environment_wins(self):
        self.with_file()
        with mock.patch.dict(os.environ, {"ODOO_QUEUE_JOB_HOST": "env.example.com"}):
            runner = QueueJobRunner.from_environ_or_config()
        self.assertEqual(runner.host, "env.example.com")
        self.assertEqual(int(runner.port), 8443)

    def test_server_environment(self):
        """The section may be in the files of server_environment"""
        self.with_file()
        parser = ConfigParser()
        parser.read_string("[queue_job]\nhost = server.env\nchannels = root:7\n")
        module = types.ModuleType("odoo.addons.server_environment")
        module.serv_config = parser
        modules = {"odoo.addons.server_environment": module}
        with mock.patch.dict(sys.modules, modules):
            runner = QueueJobRunner.from_environ_or_config()
        self.assertEqual(runner.host, "server.env")
        (root,) = runner._settings.channels
        self.assertEqual(root.capacity, 7)

    def test_defaults(self):
        self.with_file("[options]\n")
        runner = QueueJobRunner.from_environ_or_config()
        self.assertEqual(runner.scheme, "http")
        self.assertEqual(runner.host, config["http_interface"] or "localhost")
        self.assertEqual(int(runner.port), config["http_port"] or 8069)
        self.assertIsNone(runner.user)

    def test_arguments(self):
        runner = QueueJobRunner(
            scheme="http",
            host="h",
            port=1,
            user="u",
            password="p",
            channel_config_string="root:2",
        )
        self.assertEqual((runner.host, runner.port), ("h", 1))
        runner.stop()
        self.assertEqual(runner.run(), 0)

    def test_nothing_to_do_here(self):
        self.assertEqual(QueueJobRunner(channel_config_string="root:0").run(), 0)

    def test_databases(self):
        with mock.patch.object(
            QueueJobRunner, "get_db_names", lambda self: ["customer_a", "other"]
        ):
            self.assertEqual(CustomerRunner().get_db_names(), ["customer_a"])
        self.assertEqual(CustomerRunner.patience(), 70)
        self.assertTrue(QueueJobRunner().get_db_names())

    def test_master(self):
        master = Database(get_db_name())
        self.addCleanup(master.close)
        self.assertTrue(master.has_queue_job)
        master.acquire_master_lock()
        other = Database(get_db_name())
        self.addCleanup(other.close)
        with self.assertRaises(MasterElectionLost):
            other.acquire_master_lock()

    def test_threads(self):
        thread = QueueJobRunnerThread()
        self.assertIsInstance(thread.runner, QueueJobRunner)
        thread.stop()
        thread.start()
        thread.join(30)
        self.assertFalse(thread.is_alive())
        self.assertTrue(hasattr(WorkerJobRunner, "process_work"))
        self.assertTrue(hasattr(runner_module, "_logger"))
