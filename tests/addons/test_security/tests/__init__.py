# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from . import (
    test_access_matrix,
    test_holes,
    test_remote_methods,
    test_review,
    test_routes,
    test_shop_data,
    test_webhook_fuzz,
)
