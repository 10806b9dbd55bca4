# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""Jobs, functions, channels and workers as records; ``with_delay`` of every model."""

# ruff: noqa: I001 (a model comes after those it inherits from)
from . import base
from . import ir_cron
from . import ir_model_fields
from . import queue_job_rate_mixin
from . import queue_job_channel
from . import queue_job_channel_rate
from . import queue_job_channel_retention
from . import queue_job_function
from . import queue_job_function_coalesce
from . import queue_job_function_policy
from . import queue_job_function_rate
from . import queue_job_graph_mixin
from . import queue_job_related_mixin
from . import queue_job_failure_mixin
from . import queue_job_test_mixin
from . import owner_field
from . import queue_job
from . import queue_job_pending
from . import queue_job_newest
from . import queue_job_access
from . import queue_job_attempt
from . import queue_job_notice
from . import queue_job_failure_policy
from . import queue_job_failure_activity
from . import queue_job_failure_dead_letter
from . import queue_job_failure_webhook
from . import queue_job_failure_digest
from . import queue_job_lock
from . import queue_job_stop
from . import queue_job_run_now
from . import queue_job_chunks
from . import queue_job_rate
from . import queue_job_batch
from . import queue_job_subscription
from . import queue_job_trace
from . import queue_job_worker
from . import queue_job_dashboard
from . import queue_job_demo
from . import queue_job_mine
from . import queue_job_stat
from . import queue_job_doctor
from . import res_config_settings
from . import queue_job_strict
from . import res_users
