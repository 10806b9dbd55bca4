# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from . import (
    test_arguments,
    test_attempts,
    test_bad_jobs,
    test_delay,
    test_delay_auto,
    test_delay_graph,
    test_delay_pending,
    test_edge_policy,
    test_failure_policies,
    test_job,
    test_job_decorators,
    test_parent_results,
    test_progress,
    test_rates,
    test_together,
    test_trap_jobs,
)
