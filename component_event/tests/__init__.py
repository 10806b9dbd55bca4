# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from . import (
    test_entries,
    test_event,
    test_record_events,
    test_validation,
    test_work_context,
)
