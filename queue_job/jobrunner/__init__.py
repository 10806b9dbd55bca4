# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""The job runner under its traditional names; the engine is ``queue_job.runtime``."""

from .runner import QueueJobRunner, QueueJobRunnerThread, WorkerJobRunner

__all__ = ["QueueJobRunner", "QueueJobRunnerThread", "WorkerJobRunner"]
