# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""Connect a shop: its address and key, then a first look at it."""

from . import vendure_connect
