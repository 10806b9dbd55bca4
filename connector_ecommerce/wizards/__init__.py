# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""Connect a first shop; keep an order that its shop cancelled."""

from . import ecommerce_connect, sale_ignore_cancel
