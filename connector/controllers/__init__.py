# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""The route that a backend calls: webhooks."""

from . import webhook
