# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from . import (
    test_backend,
    test_import,
    test_near_real_time,
    test_real_shop,
    test_shipment,
    test_stock,
    test_tour,
)
