# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from __future__ import annotations

import importlib

from odoo.tests.common import BaseCase

from odoo.addons.connector import exception
from odoo.addons.queue_job import exception as job_exception


class TestExceptions(BaseCase):
    def test_hierarchy(self) -> None:
        parents = {
            "NoConnectorUnitError": exception.ConnectorException,
            "InvalidDataError": exception.ConnectorException,
            "MappingError": exception.ConnectorException,
            "NetworkRetryableError": job_exception.RetryableJobError,
            "NoExternalId": job_exception.RetryableJobError,
            "BackendPausedError": job_exception.RetryableJobError,
            "IDMissingInBackend": job_exception.JobError,
            "ManyIDSInBackend": job_exception.JobError,
        }
        for name, parent in parents.items():
            self.assertTrue(issubclass(getattr(exception, name), parent), name)
        self.assertIs(exception.JobError, job_exception.JobError)
        self.assertIs(exception.RetryableJobError, job_exception.RetryableJobError)

    def test_retry_has_its_delay(self) -> None:
        error = exception.NetworkRetryableError("x", seconds=3, ignore_retry=True)
        self.assertEqual((error.seconds, error.ignore_retry), (3, True))

    def test_key_error_is_not_quoted(self) -> None:
        self.assertEqual(str(exception.MappingKeyError("no 'x'")), "no 'x'")

    def test_import_paths(self) -> None:
        names = {
            "connector.components.core": "BaseConnectorComponent",
            "connector.components.mapper": "ImportMapper",
            "connector.components.binder": "Binder",
            "connector.components.backend_adapter": "CRUDAdapter",
            "connector.components.synchronizer": "GenericExporter",
            "connector.components.listener": "ConnectorListener",
            "connector.components.locker": "RecordLocker",
            "connector.models.backend_model": "ConnectorBackend",
            "connector.models.queue_job": "QueueJob",
            "connector.models.checkpoint": "add_checkpoint",
            "connector.checkpoint.checkpoint": "add_checkpoint",
            "connector.database": "pg_try_advisory_lock",
            "connector.related_action": "unwrap_binding",
        }
        for module, name in names.items():
            self.assertTrue(
                hasattr(importlib.import_module(f"odoo.addons.{module}"), name), module
            )
