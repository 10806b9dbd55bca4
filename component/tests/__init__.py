# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from . import (
    test_build,
    test_builder,
    test_entries,
    test_lookup,
    test_validation,
    test_work_context,
)
