# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from . import (
    test_backend,
    test_import,
    test_real_shop,
    test_shipment,
    test_stock,
    test_tour,
)
