# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from . import (
    test_fields_job_serialized,
    test_hooks,
    test_job_core,
    test_model_occupancy,
    test_model_queue_job,
    test_model_queue_job_channel,
    test_model_queue_job_failure,
    test_model_queue_job_function,
    test_security,
    test_tours,
    test_wizards,
)
