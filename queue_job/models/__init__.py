# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
# ruff: noqa: I001 (a model comes after those it inherits from)
from . import base
from . import ir_model_fields
from . import queue_job_channel
from . import queue_job_channel_retention
from . import queue_job_function
from . import queue_job_function_policy
from . import queue_job_graph_mixin
from . import queue_job_related_mixin
from . import queue_job_failure_mixin
from . import queue_job_test_mixin
from . import queue_job
from . import queue_job_pending
from . import queue_job_access
from . import queue_job_attempt
from . import queue_job_notice
from . import queue_job_lock
from . import queue_job_stop
from . import queue_job_run_now
from . import queue_job_chunks
from . import queue_job_subscription
from . import queue_job_worker
from . import queue_job_dashboard
from . import queue_job_doctor
from . import res_config_settings
from . import res_users
