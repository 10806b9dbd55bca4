# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""The public API, name by name: what modules written for the older addons rely on."""

from __future__ import annotations

import importlib
import inspect
from typing import Any

from odoo import fields
from odoo.exceptions import AccessError
from odoo.service.model import get_public_method
from odoo.tests.common import BaseCase

from odoo.addons.queue_job import exception, identity_exact
from odoo.addons.queue_job import job as job_module
from odoo.addons.queue_job.delay import Delayable, DelayableGraph, Graph
from odoo.addons.queue_job.fields import JobSerialized
from odoo.addons.queue_job.job import Job

from .common import JobCase

OPTIONS = {
    "priority": None,
    "eta": None,
    "max_retries": None,
    "description": None,
    "channel": None,
    "identity_key": None,
}


class TestModules(BaseCase):
    NAMES = {
        "job": "WAIT_DEPENDENCIES PENDING ENQUEUED STARTED DONE CANCELLED FAILED STATES"
        " DEFAULT_PRIORITY DEFAULT_MAX_RETRIES RETRY_INTERVAL Job job related_action"
        " identity_exact identity_exact_hasher DelayableRecordset",
        "delay": "group chain Delayable DelayableGroup DelayableChain DelayableGraph"
        " DelayableRecordset Graph Job",
        "exception": "BaseQueueJobError JobError NoSuchJobError FailedJobError"
        " RetryableJobError NothingToDoJob NotReadableJobError ChannelNotFound",
        "fields": "JobSerialized JobEncoder JobDecoder",
        "utils": "must_run_without_delay",
        "models.base": "DelayableRecordset",
        "jobrunner": "QueueJobRunnerThread WorkerJobRunner",
        "jobrunner.runner": "QueueJobRunner Database MasterElectionLost",
        "jobrunner.channels": "PriorityQueue ChannelJob ChannelQueue Channel"
        " ChannelManager",
        "controllers.main": "PG_RETRY DEPENDS_MAX_TRIES_ON_CONCURRENCY_FAILURE"
        " RunJobController",
        "tests.common": "trap_jobs JobsTrap JobCall JobCounter JobMixin mock_with_delay"
        " load_doctests",
    }

    def test_every_name_is_importable(self) -> None:
        for module_name, names in self.NAMES.items():
            module = importlib.import_module(f"odoo.addons.queue_job.{module_name}")
            for name in names.split():
                with self.subTest(module=module_name, name=name):
                    self.assertTrue(hasattr(module, name))
        self.assertIs(identity_exact, job_module.identity_exact)

    def test_constants(self) -> None:
        main = importlib.import_module("odoo.addons.queue_job.controllers.main")
        self.assertEqual(main.PG_RETRY, 5)
        self.assertEqual(main.DEPENDS_MAX_TRIES_ON_CONCURRENCY_FAILURE, 5)
        self.assertEqual(job_module.DEFAULT_PRIORITY, 10)
        self.assertEqual(job_module.DEFAULT_MAX_RETRIES, 5)
        self.assertEqual(job_module.RETRY_INTERVAL, 600)
        states = "wait_dependencies pending enqueued started done cancelled failed"
        self.assertEqual([value for value, _label in job_module.STATES], states.split())

    def test_exceptions(self) -> None:
        for child, parent in (
            ("JobError", "BaseQueueJobError"),
            ("NoSuchJobError", "JobError"),
            ("FailedJobError", "JobError"),
            ("RetryableJobError", "JobError"),
            ("NothingToDoJob", "JobError"),
            ("NotReadableJobError", "JobError"),
            ("ChannelNotFound", "BaseQueueJobError"),
        ):
            self.assertTrue(
                issubclass(getattr(exception, child), getattr(exception, parent)), child
            )
        error = exception.RetryableJobError("later", seconds=3, ignore_retry=True)
        self.assertEqual((error.seconds, error.ignore_retry), (3, True))


class TestSignatures(JobCase):
    def parameters(self, function: Any) -> dict[str, Any]:
        """Return names and defaults, without self."""
        found = inspect.signature(function).parameters.values()
        return {p.name: p.default for p in found if p.name not in ("self", "cls")}

    def assert_takes(self, function: Any, expected: dict[str, Any]) -> None:
        """Fail unless the first parameters are these, in this order."""
        found = self.parameters(function)
        self.assertEqual(list(found)[: len(expected)], list(expected))
        for name, default in expected.items():
            self.assertEqual(found[name], default, f"{function.__qualname__}: {name}")
        others = list(found)[len(expected) :]
        self.assertNotIn(
            inspect.Parameter.empty, [found[name] for name in others], "a new argument"
        )

    def test_delaying(self) -> None:
        self.assert_takes(type(self.record).with_delay, OPTIONS)
        self.assert_takes(type(self.record).delayable, OPTIONS)
        empty = inspect.Parameter.empty
        self.assert_takes(
            type(self.record)._patch_job_auto_delay,
            {"method_name": empty, "context_key": None},
        )
        self.assert_takes(Delayable.split, {"size": empty, "chain": False})
        self.assertEqual(
            self.record._job_prepare_context_before_enqueue_keys(),
            ("tz", "lang", "allowed_company_ids", "force_company", "active_test"),
        )

    def test_job(self) -> None:
        empty = inspect.Parameter.empty
        self.assert_takes(
            Job.__init__,
            {
                "func": empty,
                "args": None,
                "kwargs": None,
                "priority": None,
                "eta": None,
                "job_uuid": None,
                "max_retries": None,
                "description": None,
                "channel": None,
                "identity_key": None,
            },
        )
        self.assert_takes(Job.set_pending, {"result": None, "reset_retry": True})
        self.assert_takes(Job.set_done, {"result": None})
        self.assert_takes(Job.set_cancelled, {"result": None})
        self.assert_takes(Job.postpone, {"result": None, "seconds": None})
        self.assert_takes(
            exception.RetryableJobError,
            {"msg": empty, "seconds": None, "ignore_retry": False},
        )
        self.assert_takes(
            type(self.env["queue.job"])._test_job,
            {
                "failure_rate": 0,
                "job_duration": 0,
                "commit_within_job": False,
                "failure_retry_seconds": 0,
            },
        )
        self.assert_takes(
            type(self.env["queue.job"]).requeue_stuck_jobs,
            {"enqueued_delta": 5, "started_delta": 0},
        )

    def test_what_a_job_has(self) -> None:
        job = Job(self.record.echo)
        for name in (
            "uuid graph_uuid state retry max_retries args kwargs recordset method_name"
            " model_name func func_string description user_id company_id priority eta"
            " channel identity_key date_created date_enqueued date_started date_done"
            " date_cancelled exec_time result exc_name exc_message exc_info worker_pid"
            " job_config job_function_name env depends_on reverse_depends_on"
            " on_fail_method_name perform store db_record add_depends enqueue_waiting"
            " should_check_dependents cancel_dependent_jobs set_pending set_enqueued"
            " set_started set_done set_cancelled set_failed on_fail postpone"
            " related_action job_record_with_same_identity_key lock add_lock_record"
            " in_temporary_env load load_many db_records_from_uuids db_record_from_uuid"
            " enqueue _load_from_db_record"
        ).split():
            with self.subTest(name):
                getattr(job, name)
        self.assertEqual(job.func.__self__.env.context["job_uuid"], job.uuid)

    def test_graphs(self) -> None:
        for name in (
            "add_vertex add_edge vertices edges paths topological_sort root_vertices"
        ).split():
            self.assertTrue(callable(getattr(Graph, name)), name)
        self.assertTrue(issubclass(DelayableGraph, Graph))
        node = self.record.delayable().echo()
        for name in ("on_done", "delay", "set", "split", "_head", "_tail", "_graph"):
            self.assertTrue(hasattr(node, name), name)
        node.delay()
        self.assertIsInstance(node._generated_job, Job)


class TestRecords(JobCase):
    FIELDS = {
        "queue.job": {
            "uuid graph_uuid name model_name method_name func_string exc_name"
            " exc_message channel channel_method_name identity_key": fields.Char,
            "user_id company_id job_function_id": fields.Many2one,
            "records args kwargs": JobSerialized,
            "exc_info result": fields.Text,
            "state": fields.Selection,
            "priority retry max_retries worker_pid graph_jobs_count": fields.Integer,
            "date_created date_enqueued date_started date_done date_cancelled"
            " eta": fields.Datetime,
            "exec_time": fields.Float,
            "dependency_ids dependent_ids": fields.Many2many,
            "dependencies dependency_graph record_ids": fields.Field,
        },
        "queue.job.channel": {
            "name complete_name": fields.Char,
            "parent_id": fields.Many2one,
            "job_function_ids": fields.One2many,
            "removal_interval": fields.Integer,
        },
        "queue.job.function": {
            "name method channel on_fail_method": fields.Char,
            "model_id channel_id": fields.Many2one,
            "retry_pattern related_action": JobSerialized,
            "edit_retry_pattern edit_related_action": fields.Text,
            "allow_commit": fields.Boolean,
        },
        "queue.job.lock": {"queue_job_id": fields.Many2one},
        "queue.requeue.job": {"job_ids": fields.Many2many},
        "queue.jobs.to.done": {"job_ids": fields.Many2many},
        "queue.jobs.to.cancelled": {"job_ids": fields.Many2many},
    }
    METHODS = {
        "queue.job": "button_done button_cancelled requeue open_related_action"
        " open_graph_jobs _change_job_state related_action_open_record"
        " _message_post_on_failure _subscribe_users_domain _subscribe_job_creator"
        " _message_failed_job _needaction_domain_get _gc_old_jobs autovacuum"
        " requeue_stuck_jobs _test_job",
        "queue.job.function": "job_config job_default_config job_function_name"
        " _find_or_create_channel _register_job",
        "queue.requeue.job": "requeue",
        "queue.jobs.to.done": "set_done",
        "queue.jobs.to.cancelled": "set_cancelled",
        "res.partner": "with_delay delayable _patch_job_auto_delay _job_store_values"
        " _job_prepare_context_before_enqueue"
        " _job_prepare_context_before_enqueue_keys",
    }
    XML_IDS = (
        "view_queue_job_form view_queue_job_tree view_queue_job_search"
        " view_queue_job_pivot view_queue_job_graph action_queue_job"
        " action_queue_job_channel action_queue_job_function menu_queue_job_root"
        " menu_queue menu_queue_job menu_queue_job_channel menu_queue_job_function"
        " channel_root mt_job_failed group_queue_job_manager privilege_queue_job"
        " module_category_queue_job queue_job_comp_rule action_requeue_job"
        " action_set_jobs_done action_set_jobs_cancelled"
        " job_function_queue_job__test_job"
    )

    def test_fields(self) -> None:
        for model, by_names in self.FIELDS.items():
            for names, kind in by_names.items():
                for name in names.split():
                    with self.subTest(model=model, field=name):
                        field = self.env[model]._fields.get(name)
                        self.assertIsInstance(field, kind)

    def test_methods(self) -> None:
        for model, names in self.METHODS.items():
            for name in names.split():
                with self.subTest(model=model, method=name):
                    self.assertTrue(callable(getattr(self.env[model], name)))

    def test_xml_ids(self) -> None:
        for name in self.XML_IDS.split():
            with self.subTest(name):
                self.assertTrue(self.env.ref(f"queue_job.{name}"))

    def test_the_model_of_jobs(self) -> None:
        jobs = self.env["queue.job"]
        self.assertIn("message_ids", jobs._fields)
        self.assertIn("activity_ids", jobs._fields)
        self.assertEqual(jobs._order, "date_created DESC, date_done DESC")
        self.assertFalse(jobs._log_access)
        self.assertEqual(jobs._removal_interval, 30)
        self.assertEqual(jobs._default_related_action, "related_action_open_record")
        for name in (
            "uuid name date_created model_name method_name func_string"
            " channel_method_name job_function_id records args kwargs"
        ).split():
            self.assertIn(name, jobs._protected_fields)
        with self.assertRaises(AccessError):
            get_public_method(jobs, "create")

    def test_the_configuration_of_a_function(self) -> None:
        config = self.env["queue.job.function"].job_default_config()
        for name, value in {
            "channel": "root",
            "retry_pattern": {},
            "related_action_enable": True,
            "related_action_func_name": None,
            "related_action_kwargs": {},
            "job_function_id": None,
            "allow_commit": False,
            "on_fail_method_name": None,
        }.items():
            self.assertEqual(getattr(config, name), value, name)

    def test_the_manager_s_rights(self) -> None:
        group = self.env.ref("queue_job.group_queue_job_manager")
        self.assertEqual(
            group.privilege_id, self.env.ref("queue_job.privilege_queue_job")
        )
        rights = {
            row.model_id.model: (
                row.perm_read,
                row.perm_write,
                row.perm_create,
                row.perm_unlink,
            )
            for row in group.model_access
        }
        everything = (True,) * 4
        for model, expected in {
            "queue.job": (True, True, False, False),
            "queue.job.lock": (True, False, False, False),
            "queue.job.channel": everything,
            "queue.job.function": everything,
            "queue.requeue.job": everything,
            "queue.jobs.to.done": everything,
            "queue.jobs.to.cancelled": everything,
        }.items():
            self.assertEqual(rights[model], expected, model)

    def test_database(self) -> None:
        self.env.cr.execute(
            "SELECT tgname FROM pg_trigger WHERE tgrelid = 'queue_job'::regclass"
        )
        self.assertIn("queue_job_notify", [name for (name,) in self.env.cr.fetchall()])
        for table in ("queue_job_channel", "queue_job_function", "queue_job_lock"):
            self.env.cr.execute("SELECT to_regclass(%s) IS NOT NULL", [table])
            self.assertTrue(self.env.cr.fetchone()[0], table)
