# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""Keep an order that its shop cancelled."""

from . import sale_ignore_cancel
