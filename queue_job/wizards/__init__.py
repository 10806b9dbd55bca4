# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""Many jobs at once: requeue, cancel, set to done; imports of files as jobs."""

# ruff: noqa: I001 (a model comes after those it inherits from)
from . import base_import_import
from . import queue_requeue_job
from . import queue_jobs_to_done
from . import queue_jobs_to_cancelled
