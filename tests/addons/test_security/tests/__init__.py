# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from . import (
    test_access_matrix,
    test_holes,
    test_remote_methods,
    test_routes,
    test_webhook_fuzz,
)
