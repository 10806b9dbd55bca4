# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""Routes: run one job, and figures for a monitoring system."""

from . import main, monitoring
