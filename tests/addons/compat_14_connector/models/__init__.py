# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from . import (
    bazaar_backend,
    bazaar_binding,
    bazaar_category,
    bazaar_news,
    bazaar_seller,
)
